"""What the example of UmaDB's guide does, over the service path of the guide: read a decision model, append under its
condition, meet the conflict of a second append, read everything for a projection.

Arguments: the folder of the generated stubs, the server's host:port.
"""

import sys

import grpc

sys.path.insert(0, sys.argv[1])
import umadb_pb2 as pb
import umadb_pb2_grpc as rpc

boundary = pb.QueryProto(items=[pb.QueryItemProto(types=["example"], tags=["tag1", "tag2"])])


def append(stub, after):
    event = pb.EventProto(event_type="example", tags=["tag1", "tag2"], data=b"Hello, world!")
    condition = pb.AppendConditionProto(fail_if_events_match=boundary, after=after)
    return stub.Append(pb.AppendRequestProto(events=[event], condition=condition), timeout=10).position


with grpc.insecure_channel(sys.argv[2]) as channel:
    stub = rpc.UmaDBServiceStub(channel)
    head = None
    model = []
    request = pb.ReadRequestProto(query=boundary, backwards=False, subscribe=False)
    for response in stub.Read(request, timeout=10, wait_for_ready=True):
        model += [sequenced.position for sequenced in response.events]
        head = response.head if response.HasField("head") else None
    print("model:", model, "head:", head)

    position = append(stub, head)
    print("appended at:", position)
    try:
        append(stub, head)
    except grpc.RpcError as error:
        print("conflict:", error.code().name, error.details().startswith("integrity error: condition failed"))

    seen = [(each.position, each.event.data) for batch in stub.Read(pb.ReadRequestProto(), timeout=10) for each in batch.events]
    print("projection:", seen, "head:", stub.Head(pb.HeadRequestProto(), timeout=10).position == position)
    try:
        list(stub.Read(pb.ReadRequestProto(subscribe=True), timeout=10))
    except grpc.RpcError as error:
        print("subscribe:", error.code().name)
