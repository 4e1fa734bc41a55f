"""Calls a ScoriaDB server with Google's own gRPC library and prints what it sees, one fact a line.

Arguments: the folder of the generated stubs, the server's host:port.
"""

import sys

import grpc

sys.path.insert(0, sys.argv[1])
import scoriadb_pb2 as pb
import scoriadb_pb2_grpc as rpc

with grpc.insecure_channel(sys.argv[2]) as channel:
    stub = rpc.ScoriaDBStub(channel)
    try:
        stub.Get(pb.GetRequest(key=b"k"), timeout=10)
    except grpc.RpcError as error:
        print("without a token:", error.code().name, error.details())

    login = pb.AuthRequest(username="admin", password="admin")
    token = stub.Authenticate(login, timeout=10, wait_for_ready=True).jwt_token
    call = {"metadata": (("authorization", f"Bearer {token}"),), "timeout": 10}

    first = stub.Put(pb.PutRequest(key=b"user:1", value=b"Alice"), **call)
    second = stub.Put(pb.PutRequest(key=b"user:2", value=b"Bob"), **call)
    stub.Put(pb.PutRequest(key=b"bytes", value=bytes(range(256))), **call)
    print("commits grow:", 1 < first.commit_ts < second.commit_ts)
    print("get:", stub.Get(pb.GetRequest(key=b"user:1"), **call).value.decode())
    print("bytes survive:", stub.Get(pb.GetRequest(key=b"bytes"), **call).value == bytes(range(256)))
    print("missing:", stub.Get(pb.GetRequest(key=b"none"), **call).found)

    stub.Delete(pb.DeleteRequest(key=b"user:2"), **call)
    print("scan:", [(row.key, row.value) for row in stub.Scan(pb.ScanRequest(prefix=b"user:"), **call)])

    for index in range(500):
        stub.Put(pb.PutRequest(key=b"many:%04d" % index, value=b"x" * 1000), **call)
    scan = stub.Scan(pb.ScanRequest(prefix=b"many:"), **call)
    next(scan)
    scan.cancel()
    print("all:", sum(1 for _ in stub.Scan(pb.ScanRequest(prefix=b"many:"), **call)))

    try:
        stub.Get(pb.GetRequest(key=b"k", cf_name="nope"), **call)
    except grpc.RpcError as error:
        print("family:", error.code().name, error.details())

    stub.CreateUser(pb.CreateUserRequest(username="Reader", password="pw", roles=["readonly"]), **call)
    token = stub.Authenticate(pb.AuthRequest(username="reader", password="pw"), timeout=10).jwt_token
    reader = {"metadata": (("authorization", f"Bearer {token}"),), "timeout": 10}
    for attempt in (
        lambda: stub.Get(pb.GetRequest(key=b"user:admin", cf_name="__auth__"), **reader),
        lambda: stub.Put(pb.PutRequest(key=b"k", value=b"v"), **reader),
    ):
        try:
            attempt()
        except grpc.RpcError as error:
            print("reader:", error.code().name, error.details())
    try:
        stub.Put(pb.PutRequest(key=b"k", value=bytes(4 * 1024 * 1024)), **call)
    except grpc.RpcError as error:
        print("too large:", error.code().name)
