"""What the official client of the third generation sees on the server at the URL that is the first argument."""

import asyncio
import datetime
import sys

from shelfdb.client import Client
from shelfdb.client.client import ClientError
from shelfdb.shelf import Item

url = sys.argv[1]


async def failing(what, awaitable):
    try:
        print(what, "gave", await awaitable)
    except ClientError as error:
        print(what, "failed:", error)


async def main():
    client = await Client.connect(url)
    async with client.transaction(write=True) as tx:
        notes = tx.shelf("note")
        long = "x" * 70000
        values = {"text": "é中😀", "long": long, "numbers": [0, -1, 2**40, 2**64 - 1, -(2**63), 0.5, 1.0], "flag": True}
        print(await tx.put("note", "n1", {**values, "bytes": b"\x00\xff", "tuple": (1, 2, (3,)), "none": None}))
        print((await tx.get("note", "n1"))["value"] == {**values, "bytes": b"\x00\xff", "tuple": [1, 2, [3]], "none": None})
        shared = {"same": [1]}
        print(await notes.put_many([Item(f"m{i:03}", {"i": i, "shared": shared}) for i in range(300)]).query())
        print(await notes.put_many([("t1", 1), ["t2", bytearray(b"ab")]]).query())
        print(await notes.keys_range("m297", "n").query())
        print(await notes.keys_range("m297", "n").desc().items().slice(0, 2).query())
        print(await notes.slice(300).keys().query(), await notes.count().query(), await notes.key("zz").exists().query())
        print(await notes.sort(reverse=True).slice(0, 1).query(), await notes.key("t1").item().query())
        print(await notes.keys_range("m", "n").delete().query())
        await failing("a set", tx.put("note", "s", {1, 2}))
        await failing("a date", tx.put("note", "d", datetime.datetime(2024, 1, 2)))
        await failing("a frozenset", notes.put("f", frozenset([1])).query())
        await failing("an empty key", tx.put("note", "", 1))
        await failing("a missing key", tx.get("note", "nope"))
        await failing("begin inside", client.begin("read"))
    async with client.transaction() as tx:
        print(await tx.shelf("note").query())
        await failing("a write", tx.put("note", "a", 1))
        await failing("another shelf", tx.get("other", "a"))
    await failing("no transaction", client.get("note", "n1"))
    await client.close()

    writer, waiter = await Client.connect(url), await Client.connect(url)
    await writer.begin("write")
    await writer.put("note", "w", 1)
    second = asyncio.create_task(waiter.begin("write"))
    await asyncio.sleep(0.1)
    print("waits:", not second.done())
    await writer.close()
    print(await second)
    await failing("rolled back", waiter.get("note", "w"))
    await waiter.close()


asyncio.run(main())
