import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { mapIterable } from "./map-iterable.js";

test("mapIterable() changes each value and tells once that the source has ended", async () => {
  const onEnd = mock.fn();
  const doubled: number[] = [];
  for await (const value of mapIterable(numbers(), (each) => each * 2, onEnd)) {
    doubled.push(value);
    assert.equal(onEnd.mock.callCount(), 0);
  }
  assert.deepEqual(doubled, [2, 4]);
  assert.equal(onEnd.mock.callCount(), 1);
});

test("mapIterable() passes on what the source or the change throws", async () => {
  const broken = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("broken")) }),
  };
  const fail = () => {
    throw new Error("unchangeable");
  };
  for (const [iterable, message] of [
    [mapIterable(broken, (each) => each, countEnd), "broken"],
    [mapIterable(numbers(), fail, countEnd), "unchangeable"],
  ] as const) {
    ends = 0;
    await assert.rejects(iterable[Symbol.asyncIterator]().next(), { message });
    assert.equal(ends, 1);
  }
});

test("mapIterable() returns to the source at once, while next() is pending", async () => {
  const onReturn = mock.fn(async () => ({ done: true as const, value: undefined }));
  const stuck: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: onReturn }),
  };
  const onEnd = mock.fn();
  const iterator = mapIterable(stuck, (each) => each, onEnd)[Symbol.asyncIterator]();
  void iterator.next();
  assert.deepEqual(await iterator.return?.(), { done: true, value: undefined });
  assert.equal(onReturn.mock.callCount(), 1);
  assert.equal(onEnd.mock.callCount(), 1);
});

let ends = 0;
function countEnd(): void {
  ends++;
}

async function* numbers(): AsyncGenerator<number> {
  yield 1;
  yield 2;
}
