import assert from "node:assert/strict";
import { test } from "node:test";
import { keptInput, untakenInput } from "./replayable-input.js";

/** 1, 2, 3, and whether somebody ended it early. */
function numbers() {
  const log = { isEnded: false };
  const source = (async function* () {
    try {
      yield* [1, 2, 3];
    } finally {
      log.isEnded = true;
    }
  })();
  return { source, log };
}

async function all(messages: AsyncIterable<number>): Promise<number[]> {
  const read: number[] = [];
  for await (const message of messages) read.push(message);
  return read;
}

test("keptInput() gives all messages to each attempt", async () => {
  const input = await keptInput(numbers().source);
  assert.deepEqual(
    [await all(input.messages()), await all(input.messages())],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  );
  assert.equal(input.canReplay, true);
});

test("untakenInput() is still whole after an attempt that gave it back, or broke it off, unread", async () => {
  const { source, log } = numbers();
  const input = untakenInput(source);
  await input.messages()[Symbol.asyncIterator]().return?.();
  const reason = new Error("no connection");
  await assert.rejects(async () => input.messages()[Symbol.asyncIterator]().throw?.(reason), reason);
  assert.deepEqual([input.canReplay, log.isEnded], [true, false]);
  assert.deepEqual(await all(input.messages()), [1, 2, 3]);
});

test("untakenInput() cannot be sent again once a message was taken, and then ends its source", async () => {
  for (const end of ["return", "throw"] as const) {
    const { source, log } = numbers();
    const input = untakenInput(source);
    const messages = input.messages()[Symbol.asyncIterator]();
    assert.deepEqual(await messages.next(), { done: false, value: 1 });
    assert.equal(input.canReplay, false);
    await messages[end]?.(new Error("broken off")).catch(() => undefined);
    assert.equal(log.isEnded, true);
  }
});

test("untakenInput() gives nothing to an attempt that was given up", async () => {
  const { source, log } = numbers();
  const input = untakenInput(source);
  const late = input.messages()[Symbol.asyncIterator]();
  const current = input.messages()[Symbol.asyncIterator]();
  assert.deepEqual(await late.next(), { done: true, value: undefined });
  assert.deepEqual(await current.next(), { done: false, value: 1 });
  await late.return?.();
  assert.equal(log.isEnded, false);
});
