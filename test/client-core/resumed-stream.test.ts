import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { resumableStream } from "@pumice/client-core";
import { SeededRandom } from "../faults/seeded-random.ts";

const cutsPerSeed = 250;
const cuts = ["before open", "in open", "mid message", "after end", "during wait"] as const;

/** A server of 1, 2, 3, ...: each of its streams is cut at a random point, until all cuts are used up. */
function cuttingServer(random: SeededRandom) {
  const made = new Map<string, number>();
  let left = cutsPerSeed;
  let refusals = 0;

  const cut = (kind: (typeof cuts)[number]): ConnectError => {
    left -= 1;
    made.set(kind, (made.get(kind) ?? 0) + 1);
    return new ConnectError(kind, random.chance(0.5) ? Code.Unavailable : Code.Canceled);
  };

  async function* messages(position: number): AsyncGenerator<number> {
    const kind = left > 0 ? random.pick(cuts) : undefined;
    if (kind === "in open") throw cut(kind);
    const count = kind === undefined ? 10 : random.integer(kind === "mid message" ? 1 : 0, 4);
    for (let next = position + 1; next <= position + count; next++) {
      if (random.chance(0.3)) await new Promise((resolve) => setImmediate(resolve));
      // Mid message: the last one was sent, and broke off before it was whole.
      if (kind === "mid message" && next === position + count) throw cut(kind);
      yield next;
    }
    if (kind === undefined) throw new RangeError("no cut is left");
    if (kind === "during wait") refusals = random.integer(1, 3);
    const error = cut(kind);
    if (kind !== "after end") throw error; // after end: the stream ends with OK
  }

  const open = (position = 0): AsyncIterable<number> => {
    if (refusals > 0) {
      refusals -= 1;
      throw new ConnectError("still down", Code.Unavailable);
    }
    if (left > 0 && random.chance(0.1)) throw cut("before open");
    return messages(position);
  };
  return { open, made };
}

for (const seed of [1, 2, 3, 4]) {
  test(`resumableStream() gives every message once and in order over ${cutsPerSeed} random cuts, seed ${seed}`, async () => {
    const random = new SeededRandom(seed);
    const server = cuttingServer(random.fork());
    const iterator = resumableStream({
      rpc: "test.Service/Count",
      open: server.open,
      positionOf: (message: number) => message,
      endIsLost: true,
      baseDelayMs: 0,
      maxAttempts: Number.POSITIVE_INFINITY,
    })[Symbol.asyncIterator]();

    const read: number[] = [];
    const readAll = async () => {
      for (;;) {
        const readers = Array.from({ length: random.integer(1, 3) }, () => iterator.next());
        for (const { done, value } of await Promise.all(readers)) if (!done) read.push(value);
      }
    };
    await assert.rejects(readAll(), { message: "no cut is left" });
    assert.ok(read.length > cutsPerSeed / 2);
    assert.deepEqual(
      read,
      read.map((_, i) => i + 1),
    );
    assert.deepEqual([...server.made.keys()].sort(), [...cuts].sort());
    assert.equal(
      [...server.made.values()].reduce((sum, count) => sum + count),
      cutsPerSeed,
    );
  });
}
