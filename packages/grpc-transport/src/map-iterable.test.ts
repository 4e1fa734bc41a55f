import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { mapIterable } from "./map-iterable.js";

test("mapIterable() changes each value", async () => {
  const doubled: number[] = [];
  for await (const value of mapIterable(numbers(), (each) => each * 2)) doubled.push(value);
  assert.deepEqual(doubled, [2, 4]);
});

test("mapIterable() passes on what the source or the change throws", async () => {
  const broken: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("broken")) }),
  };
  const fail = () => {
    throw new Error("unchangeable");
  };
  for (const [iterable, message] of [
    [mapIterable(broken, (each) => each), "broken"],
    [mapIterable(numbers(), fail), "unchangeable"],
  ] as const) {
    await assert.rejects(iterable[Symbol.asyncIterator]().next(), { message });
  }
});

test("mapIterable() returns to the source at once, while next() is pending", async () => {
  const onReturn = mock.fn(async () => ({ done: true as const, value: undefined }));
  const stuck: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: onReturn }),
  };
  const iterator = mapIterable(stuck, (each) => each)[Symbol.asyncIterator]();
  void iterator.next();
  assert.deepEqual(await iterator.return?.(), { done: true, value: undefined });
  assert.equal(onReturn.mock.callCount(), 1);
});

test("mapIterable() hands throw() to the source, or ends one that takes none", async () => {
  const reason = new Error("broken off");
  const onThrow = mock.fn((error: unknown) => Promise.reject(error));
  const onReturn = mock.fn(async () => ({ done: true as const, value: undefined }));
  const next = () => new Promise<never>(() => undefined);
  for (const source of [{ next, throw: onThrow, return: onReturn }, { next, return: onReturn }, { next }]) {
    const iterator = mapIterable({ [Symbol.asyncIterator]: () => source }, (each) => each)[Symbol.asyncIterator]();
    await assert.rejects(async () => iterator.throw?.(reason), reason);
  }
  assert.deepEqual([onThrow.mock.callCount(), onReturn.mock.callCount()], [1, 1]);
});

async function* numbers(): AsyncGenerator<number> {
  yield 1;
  yield 2;
}
