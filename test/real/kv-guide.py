"""ScoriaDB's guide as one program: a small client class, and a tour of what it can do.

Arguments: the folder of the generated stubs, the server's host:port.
"""

import sys
import time

import grpc

sys.path.insert(0, sys.argv[1])
import scoriadb_pb2 as pb
import scoriadb_pb2_grpc as rpc


class KeyValueClient:
    """One channel, one login, text for keys and values."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)
        self.stub = rpc.ScoriaDBStub(self.channel)
        self.token = None

    def login(self, username, password):
        request = pb.AuthRequest(username=username, password=password)
        self.token = self.stub.Authenticate(request, timeout=10, wait_for_ready=True).jwt_token

    def call_options(self):
        if self.token is None:
            raise RuntimeError("log in before the first call")
        return {"metadata": (("authorization", "Bearer " + self.token),), "timeout": 10}

    def put(self, key, value, family="default"):
        self.stub.Put(pb.PutRequest(key=key.encode(), value=value.encode(), cf_name=family), **self.call_options())

    def get(self, key, family="default"):
        answer = self.stub.Get(pb.GetRequest(key=key.encode(), cf_name=family), **self.call_options())
        return answer.value.decode() if answer.found else None

    def delete(self, key, family="default"):
        self.stub.Delete(pb.DeleteRequest(key=key.encode(), cf_name=family), **self.call_options())

    def scan(self, prefix="", family="default"):
        rows = self.stub.Scan(pb.ScanRequest(prefix=prefix.encode(), cf_name=family), **self.call_options())
        return [(row.key.decode(), row.value.decode()) for row in rows]

    def begin(self):
        return self.stub.BeginTxn(pb.BeginTxnRequest(), **self.call_options()).txn_id

    def commit(self, txn_id, operations):
        """Operations are ("put", key, value) or ("delete", key)."""
        ops = []
        for kind, key, *value in operations:
            if kind == "put":
                ops.append(pb.TxnOp(op=pb.TxnOp.PUT, key=key.encode(), value=value[0].encode()))
            elif kind == "delete":
                ops.append(pb.TxnOp(op=pb.TxnOp.DELETE, key=key.encode()))
            else:
                raise ValueError(f"an operation is a put or a delete, got {kind}")
        self.stub.CommitTxn(pb.CommitTxnRequest(txn_id=txn_id, ops=ops), **self.call_options())

    def close(self):
        self.channel.close()


def commit_again_on_conflict(client, operations, disturb, attempts=3):
    """Begins anew on every attempt: the id of a commit that failed is used up."""
    for attempt in range(attempts):
        txn_id = client.begin()
        disturb(attempt)
        try:
            client.commit(txn_id, operations)
            return attempt + 1
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.ABORTED:
                raise
            print("conflict:", error.details())
            time.sleep(0.01 * 2**attempt)
    raise RuntimeError("every attempt met a conflict")


def main():
    client = KeyValueClient(sys.argv[2])
    client.login("admin", "admin")

    client.put("user:1", "Alice")
    client.put("user:2", "Bob")
    print("user:1 =", client.get("user:1"))
    client.put("temp_key", "soon gone")
    client.delete("user:2")
    print("all keys:", client.scan())

    txn_id = client.begin()
    client.commit(txn_id, [("put", "txn_key", "txn_value"), ("delete", "temp_key")])
    print("after the commit:", client.get("txn_key"), client.get("temp_key"))
    try:
        client.commit(txn_id, [("put", "txn_key", "again")])
    except grpc.RpcError as error:
        print("second commit:", error.code().name, error.details() == f"transaction {txn_id} not found")

    def disturb(attempt):
        if attempt < 2:
            client.put("balance", f"somebody else's {attempt}")

    tries = commit_again_on_conflict(client, [("put", "balance", "100")], disturb)
    print("balance =", client.get("balance"), "after", tries, "attempts")
    client.close()


main()
