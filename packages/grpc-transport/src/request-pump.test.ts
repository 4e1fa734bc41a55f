import assert from "node:assert/strict";
import { test } from "node:test";
import { Http2Stream } from "./http2/stream.js";
import { RequestPump } from "./request-pump.js";

test("RequestPump sends each message when the stream has taken the last, then the end", async () => {
  const { pump, sent, state, messages } = started(3);
  const run = pump.run(messages);
  for (let i = 1; i <= 3; i++) {
    await turn();
    assert.deepEqual([sent.length, state.pulled], [i, i]);
    pump.drained();
  }
  await run;
  assert.deepEqual(sent, ["1", "2", "3", "end"]);
  assert.equal(state.closed, true);
});

test("RequestPump ends the request with a single message", async () => {
  const { pump, sent, state, messages } = started(3, { isSingle: true });
  await pump.run(messages);
  await turn();
  assert.deepEqual(sent, ["1 end"]);
  assert.deepEqual([state.pulled, state.closed], [1, true]);
});

test("RequestPump waits for a message that is still being compressed, and drops it if the call ends", async () => {
  for (const isStopped of [false, true]) {
    let finish: (bytes: Uint8Array) => void = () => assert.fail("Nothing was framed");
    const frame = () => new Promise<Uint8Array>((resolve) => (finish = resolve));
    const { pump, sent, messages } = started(1, { isSingle: true, frame });
    const run = pump.run(messages);
    await turn();
    assert.deepEqual(sent, []);
    if (isStopped) pump.stop();
    finish(Buffer.from("1"));
    await run;
    assert.deepEqual(sent, isStopped ? [] : ["1 end"]);
  }
});

test("RequestPump pulls nothing once it is stopped, and closes the iterable", async () => {
  const { pump, sent, state, messages } = started(3);
  const run = pump.run(messages);
  await turn();
  pump.stop();
  pump.stop();
  await run;
  await turn();
  assert.deepEqual(sent, ["1"]);
  assert.deepEqual([state.pulled, state.closed], [1, true]);
});

test("RequestPump throws what the iterable or the framing throws", async () => {
  const broken = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("broken")) }),
  };
  await assert.rejects(started(1).pump.run(broken), { message: "broken" });
  const frame = () => {
    throw new Error("too large");
  };
  const { pump, messages } = started(1, { frame });
  await assert.rejects(pump.run(messages), { message: "too large" });
});

test("RequestPump does not care how the iterable takes the end of the call", async () => {
  for (const onReturn of [
    () => Promise.reject(new Error("late")),
    () => {
      throw new Error("at once");
    },
  ]) {
    const { pump } = started(1);
    const stuck = { next: () => new Promise<IteratorResult<object>>(() => undefined), return: onReturn };
    void pump.run({ [Symbol.asyncIterator]: () => stuck });
    await turn();
    pump.stop();
    await turn();
  }
});

interface PumpOptions {
  readonly isSingle?: boolean;
  readonly frame?: (message: object) => Uint8Array | Promise<Uint8Array>;
}

/** A pump into a stream that only notes what it is given, and an iterable that notes what is asked of it. */
function started(count: number, { isSingle = false, frame }: PumpOptions = {}) {
  const sent: string[] = [];
  const state = { pulled: 0, closed: false };
  const ignore = () => undefined;
  const stream = new Http2Stream({
    requestHeaders: () => new Uint8Array(0),
    headers: ignore,
    data: ignore,
    trailers: ignore,
    failed: ignore,
    drained: ignore,
  });
  stream.send = (bytes, last) => {
    sent.push([...(bytes.length > 0 ? [Buffer.from(bytes).toString()] : []), ...(last ? ["end"] : [])].join(" "));
  };
  async function* messages(): AsyncGenerator<{ number: number }> {
    try {
      while (state.pulled < count) yield { number: ++state.pulled };
    } finally {
      state.closed = true;
    }
  }
  const frameNumber = (message: object) => Buffer.from(String((message as { number: number }).number));
  return { pump: new RequestPump(stream, isSingle, frame ?? frameNumber), sent, state, messages: messages() };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
