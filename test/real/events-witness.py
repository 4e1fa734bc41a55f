"""Uses an UmaDB server with the official client and prints what it sees, one fact a line.

Argument: the server's URL.
"""

import sys
import threading
import uuid

from umadb import (
    AppendCondition,
    Client,
    Event,
    IntegrityError,
    Query,
    QueryItem,
    TrackingInfo,
)

client = Client(sys.argv[1])
tagged = Query(items=[QueryItem(types=["Opened", "Closed"], tags=["door:1"])])


def event(kind, data=b"", tags=("door:1",), **more):
    return Event(event_type=kind, tags=list(tags), data=data, **more)


def positions(response):
    return [each.position for each in response]


print("empty:", client.head(), client.get_tracking_info("feed"), positions(client.read()))
first = event("Opened", b"\x00\xff", uuid=uuid.UUID(int=1), metadata={"by": "me"})
unseen = AppendCondition(fail_if_events_match=tagged, after=None)
print("appended at:", client.append([first], condition=unseen))
print("the same again:", client.append([first], condition=unseen))
try:
    client.append([event("Opened")], condition=unseen)
except IntegrityError as error:
    print("conflict:", "condition failed" in str(error))
print("others:", client.append([event("Opened", tags=["door:2"]), event("Closed")]))

found = client.read(query=tagged)
print("read:", positions(found), "head:", found.head())
print("backwards:", positions(client.read(query=tagged, backwards=True, limit=1)))
[back] = [each for each in client.read(limit=1)]
print("event:", back.event.event_type, back.event.tags, back.event.data, back.event.uuid, back.event.metadata)

tracking = TrackingInfo(source="feed", position=5)
print("tracked:", client.append([event("Opened")], tracking_info=tracking), client.get_tracking_info("feed"))
try:
    client.append([event("Opened")], tracking_info=tracking)
except IntegrityError as error:
    print("tracked twice:", "non-increasing" in str(error))
for wrong in ([event("t" * 5000)], [event("t", bytes(5_000_000))]):
    try:
        client.append(wrong)
    except Exception as error:
        print("refused:", type(error).__name__)

print("bulk:", client.append([event("Bulk", bytes(2_000_000), tags=["bulk"])]))
client.append([event("Bulk", bytes(2_000_000), tags=["bulk"])])
bulk = client.read(query=Query(items=[QueryItem(tags=["bulk"])]))
print("split by size:", [len(each.event.data) for each in bulk], "head:", bulk.head())

# A subscription to nothing yet: the call returns as soon as the server has accepted it.
subscription = client.subscribe(after=client.head())
other = Client(sys.argv[1])
threading.Timer(0.1, lambda: other.append([event("Late", tags=["late"])])).start()
print("subscribed:", next(subscription).event.event_type)
subscription.cancel()
caught = client.subscribe(query=tagged)
print("caught up:", [next(caught).position for _ in range(3)])
caught.cancel()
client.close()
other.close()
