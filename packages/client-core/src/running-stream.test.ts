import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import type { StubCallOptions } from "./call-options.js";
import { clientCalls } from "./client-calls.js";
import { ClientClosedError } from "./pumice-error.js";
import type { StreamOptions } from "./running-stream.js";
import { translateError } from "./translate-error.js";

/** A stream of 1, 2, 3 whose messages come when they are sent; the clock stands still. */
function setUp(context: TestContext, options?: StreamOptions) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const calls = clientCalls(translateError);
  let send = (): void => undefined;
  const open = async function* ({ signal }: StubCallOptions) {
    for (const message of [1, 2, 3]) {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        send = resolve;
        signal.addEventListener("abort", () => reject(signal.reason));
      });
      yield message;
    }
  };
  const messages = calls.stream(ScoriaDB.method.scan, {}, open, options)[Symbol.asyncIterator]();
  const read = async () => {
    const reading = messages.next();
    await turn();
    send();
    return (await reading).value;
  };
  const close = () => {
    const closing = { isDone: false };
    void calls.close().then(() => {
      closing.isDone = true;
    });
    return closing;
  };
  return { messages, read, close, tick: (ms: number) => context.mock.timers.tick(ms) };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("close() ends an endless stream at once, whether its reader waits or not", async (context) => {
  for (const isWaiting of [true, false]) {
    const { messages, read, close } = setUp(context, { endless: true });
    await read();
    const early = isWaiting ? assert.rejects(messages.next(), ClientClosedError) : undefined;
    const closing = close();
    await turn();
    assert.ok(closing.isDone);
    await (early ?? assert.rejects(messages.next(), ClientClosedError));
    context.mock.timers.reset();
  }
});

test("close() ends a stream whose reader asks for nothing for half a second", async (context) => {
  const { messages, read, close, tick } = setUp(context);
  await read();
  const closing = close();
  tick(499);
  await turn();
  assert.equal(closing.isDone, false);
  tick(1);
  await turn();
  assert.ok(closing.isDone);
  await assert.rejects(messages.next(), ClientClosedError);
});

test("close() lets a stream finish whose reader goes on asking, also when it is closed twice", async (context) => {
  const { read, close, tick } = setUp(context);
  assert.equal(await read(), 1);
  const closing = [close(), close()];
  for (const message of [2, 3, undefined]) {
    tick(400);
    assert.equal(await read(), message);
  }
  await turn();
  assert.ok(closing.every(({ isDone }) => isDone));
});

test("close() ends a stream that is silent when its time is up", async (context) => {
  const { messages, read, close, tick } = setUp(context);
  await read();
  const reading = assert.rejects(messages.next(), ClientClosedError);
  const closing = close();
  tick(4999);
  await turn();
  assert.equal(closing.isDone, false);
  tick(1);
  await turn();
  assert.ok(closing.isDone);
  await reading;
});
