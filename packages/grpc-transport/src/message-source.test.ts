import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import type { RawMessage } from "./message-framing.js";
import { MessageSource, type MessageSourceOwner } from "./message-source.js";

const failed = new ConnectError("no", Code.Internal);
const message = (size: number, compressed = false) => ({ compressed, bytes: new Uint8Array(size).fill(size) });

test("MessageSource decodes a message when it is asked for, not before", async () => {
  let decoded = 0;
  const { source } = start({
    decode: (raw) => {
      decoded++;
      return raw;
    },
  });
  source.add(message(1));
  source.add(message(2));
  assert.equal(decoded, 0);
  await source.next();
  assert.equal(decoded, 1);
});

test("MessageSource keeps the order though some messages take longer to decode", async () => {
  const { source } = start({ decode: (raw) => (raw.compressed ? Promise.resolve(raw) : raw) });
  source.add(message(1, true));
  source.add(message(2));
  source.end(undefined);
  const results = await Promise.all([source.next(), source.next(), source.next()]);
  assert.deepEqual(
    results.map(({ done, value }) => (done ? "done" : (value as RawMessage).bytes.length)),
    [1, 2, "done"],
  );
});

test("MessageSource throws the error after the last message, once", async () => {
  const { source } = start();
  source.add(message(1));
  source.end(failed);
  assert.equal((await source.next()).done, false);
  await assert.rejects(source.next(), failed);
  assert.equal((await source.next()).done, true);
});

test("MessageSource drops what is unread when the call fails", async () => {
  const { source } = start();
  source.add(message(1));
  source.fail(failed);
  await assert.rejects(source.next(), failed);
});

test("MessageSource looks at the signal of a call whose response has ended", async () => {
  let error: ConnectError | undefined;
  const { source } = start({ abortError: () => error });
  source.add(message(1));
  source.add(message(1));
  source.end(undefined);
  await source.next();
  error = failed;
  await assert.rejects(source.next(), failed);
});

test("MessageSource gives bytes back until the high-water mark, then when half of it is read", async () => {
  const { source, released } = start();
  for (let i = 0; i < 12; i++) {
    source.add(message(10));
    source.received(10);
  }
  assert.equal(released(), 90);
  for (let i = 0; i < 7; i++) await source.next();
  assert.equal(released(), 90);
  await source.next();
  assert.equal(released(), 120);
});

test("MessageSource gives back the bytes of a message that is not complete, however large", () => {
  const { source, released } = start();
  for (let i = 0; i < 100; i++) source.received(1000);
  assert.equal(released(), 100_000);
});

test("MessageSource hands nothing out after an error", async () => {
  const { source } = start();
  source.fail(failed);
  source.add(message(1));
  await assert.rejects(source.next(), failed);
  assert.equal((await source.next()).done, true);
});

test("MessageSource reports a message that cannot be decoded", async () => {
  const errors: ConnectError[] = [];
  const { source } = start({
    decode: () => {
      throw failed;
    },
    failed: (error) => {
      errors.push(error);
      source.fail(error);
    },
  });
  source.add(message(1));
  await assert.rejects(source.next(), failed);
  assert.deepEqual(errors, [failed]);
});

function start(own: Partial<MessageSourceOwner> = {}) {
  let bytes = 0;
  const source = new MessageSource(10 * (10 + 160), {
    decode: (raw) => raw,
    release: (count) => {
      bytes += count;
    },
    abortError: () => undefined,
    failed: () => undefined,
    abandoned: () => undefined,
    ...own,
  });
  return { source, released: () => bytes };
}
