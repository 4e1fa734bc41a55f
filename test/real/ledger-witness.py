"""Calls a ledger with immudb's official Python client and prints what it sees, one fact a line.

Arguments: the server's host:port, a file for the trusted state, the file of the server's public key or nothing, and
"honest" or "lying": whether the server was tampered with since the state was kept.
"""

import sys

import grpc
from immudb import ImmudbClient, datatypes
from immudb.client import PersistentRootService
from immudb.exceptions import ErrCorruptedData

address, state_file, key_file, server = sys.argv[1:5]
client = ImmudbClient(address, rs=PersistentRootService(state_file), publicKeyFile=key_file or None, timeout=20)
client.login("immudb", "immudb")

if server == "lying":
    try:
        print("verified get:", client.verifiedGet(b"key").value)
    except ErrCorruptedData:
        print("verified get: corrupted data")
    except grpc.RpcError as error:
        print("verified get:", error.code().name, error.details())
    sys.exit()

written = client.set(b"plain", b"value")
print("set:", written.id, written.verified)
print("get:", client.get(b"plain").value, client.get(b"none"))

first = client.verifiedSet(b"key", b"one")
print("verified set:", first.id, first.verified)
for value in (b"two", b"three"):
    client.verifiedSet(b"key", value)
entry = client.verifiedGet(b"key")
print("verified get:", entry.value, entry.verified, entry.revision)
print("verified get of an older transaction:", client.verifiedGetAt(b"key", first.id).value)
print("verified get since:", client.verifiedGetSince(b"key", first.id).verified)

client.verifiedSetReference(b"key", b"alias")
alias = client.verifiedGet(b"alias")
print("verified reference:", alias.value, alias.verified)
print("verified zadd:", client.verifiedZAdd(b"set", 2.5, b"key").verified)
print("verified transaction:", client.verifiedTxById(first.id))
print("unknown transaction:", client.verifiedTxById(9999))

batch = client.setAll({b"a": b"1", b"b": b"2", b"c": b"3"})
print("set all:", client.verifiedTxById(batch.id))
print("get all:", client.getAll([b"a", b"none", b"c"]))
print("scan:", sorted(client.scan(b"", b"", False, 10)))
print("zscan:", [row.score for row in client.zScan(b"set", minscore=0, maxscore=10).entries])
print("history:", [item.value for item in client.history(b"key", 0, 10, True)])
run = client.execAll([datatypes.KeyValue(b"d", b"4"), datatypes.ReferenceRequest(b"d-alias", b"d")])
print("exec all:", run.nentries)

for number in range(200):
    client.verifiedSet(b"many:%03d" % number, b"x" * number)
print("many:", all(client.verifiedGet(b"many:%03d" % number).verified for number in range(0, 200, 7)))
client.verifiedSet(b"key", b"last")

client.createDatabaseV2("other", {}, False)
client.useDatabase(b"other")
print("another database:", client.currentState().txId)
client.createUser("reader", "Secret-1", 1, "other")
print("users:", sorted(user.user for user in client.listUsers().userlist.users))
client.logout()

session = ImmudbClient(address, timeout=20)
with session.openManagedSession("immudb", "immudb"):
    print("session:", session.get(b"plain").value)
try:
    ImmudbClient(address, timeout=20).login("immudb", "wrong")
except grpc.RpcError as error:
    print("wrong password:", error.details())
