import assert from "node:assert/strict";
import { test } from "node:test";
import { PullIterator } from "./pull-iterator.js";

const done = { done: true, value: undefined };

/** An iterator whose reads end when the test says so. */
class ManualIterator extends PullIterator<string> {
  readonly reads: PromiseWithResolvers<IteratorResult<string, undefined>>[] = [];
  releases = 0;

  fails(error: unknown): void {
    this.fail(error);
  }

  protected override read(): Promise<IteratorResult<string, undefined>> {
    const read = withResolvers<IteratorResult<string, undefined>>();
    this.reads.push(read);
    return read.promise;
  }

  protected override release(): void {
    this.releases += 1;
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Promise.withResolvers() of Node 22. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let settle: Pick<PromiseWithResolvers<T>, "resolve" | "reject"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("PullIterator.next() reads for one reader at a time and serves concurrent readers in order", async () => {
  const iterator = new ManualIterator();
  assert.equal(iterator.reads.length, 0);
  const readers = [iterator.next(), iterator.next()];
  await turn();
  assert.equal(iterator.reads.length, 1);
  iterator.reads[0]?.resolve({ done: false, value: "a" });
  assert.deepEqual(await readers[0], { done: false, value: "a" });
  await turn();
  assert.equal(iterator.reads.length, 2);
  iterator.reads[1]?.resolve({ done: false, value: "b" });
  assert.deepEqual(await readers[1], { done: false, value: "b" });
  await turn();
  assert.equal(iterator.reads.length, 2);
});

test("PullIterator.return() ends every read that waits, at once, and releases once", async () => {
  const iterator = new ManualIterator();
  const readers = [iterator.next(), iterator.next()];
  assert.deepEqual(await iterator.return(), done);
  assert.deepEqual(await Promise.all(readers), [done, done]);
  iterator.reads[0]?.resolve({ done: false, value: "too late" });
  await turn();
  await iterator.return();
  assert.deepEqual(await iterator.next(), done);
  assert.deepEqual([iterator.reads.length, iterator.releases], [1, 1]);
});

test("PullIterator.return() keeps what a read that is under way still throws to itself", async () => {
  const iterator = new ManualIterator();
  const reader = iterator.next();
  await iterator.return();
  iterator.reads[0]?.reject(new Error("canceled")); // an unhandled rejection would fail the test
  await turn();
  assert.deepEqual(await reader, done);
  assert.deepEqual(await iterator.next(), done);
});

test("PullIterator gives the end to all that wait", async () => {
  const iterator = new ManualIterator();
  const readers = [iterator.next(), iterator.next()];
  iterator.reads[0]?.resolve({ done: true, value: undefined });
  assert.deepEqual(await Promise.all(readers), [done, done]);
  assert.deepEqual([iterator.reads.length, iterator.releases], [1, 1]);
});

test("PullIterator gives an error to the reader that waits, and the end to the others and all later ones", async () => {
  const iterator = new ManualIterator();
  const readers = [iterator.next(), iterator.next()];
  const broken = new Error("broken");
  iterator.reads[0]?.reject(broken);
  await assert.rejects(readers[0] ?? Promise.resolve(), broken);
  assert.deepEqual(await readers[1], done);
  assert.deepEqual(await iterator.next(), done);
  assert.equal(iterator.releases, 1);
});

test("PullIterator.fail() keeps its error for the next reader when none waits", async () => {
  const iterator = new ManualIterator();
  iterator.fails(new Error("first"));
  iterator.fails(new Error("second"));
  await assert.rejects(iterator.next(), { message: "first" });
  assert.deepEqual(await iterator.next(), done);
  assert.deepEqual([iterator.reads.length, iterator.releases], [0, 1]);
});
