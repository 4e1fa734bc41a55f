"""One measurement of the official client in a process of its own; measure.ts does the same with Pumice's."""

import asyncio
import json
import sys
import time

from shelfdb.client import Client

WARM_UP_CALLS = 1500
CALLS_IN_ONE = 500


def key_of(n):
    return f"key-{n % 1000}"


def document(n):
    return {"title": "Pumice floats", "tags": ["rock", "light"], "ratio": 0.64, "done": False, "n": n}


async def get(tx, n):
    await tx.get("bench", key_of(n))


async def put(tx, n):
    await tx.put("bench", key_of(n), document(n))


def workload_of(client, name):
    """Runs once and gives how many calls that were."""
    what, how = name.split(", ")
    call = {"get": get, "put": put}[what]
    calls = {"a transaction each": 1, "in one transaction": CALLS_IN_ONE}[how]

    async def once(n):
        async with client.transaction(write=what == "put") as tx:
            for index in range(n, n + calls):
                await call(tx, index)
        return calls

    return once


async def run(once, for_seconds, at_least):
    end = time.perf_counter() + for_seconds
    done = 0
    while time.perf_counter() < end or done < at_least:
        done += await once(done)
    return done


async def main():
    name, url, measure_ms = sys.argv[1:]
    measure_seconds = int(measure_ms) / 1000
    client = await Client.connect(url)
    once = workload_of(client, name)
    await run(once, 0, WARM_UP_CALLS)
    await run(once, min(0.7, measure_seconds), 1)
    cpu_before = time.process_time()
    begun = time.perf_counter()
    calls = await run(once, measure_seconds, 1)
    seconds = time.perf_counter() - begun
    cpu = time.process_time() - cpu_before
    print(json.dumps({"perSecond": calls / seconds, "cpuMicros": cpu * 1e6 / calls}))
    await client.close()


asyncio.run(main())
