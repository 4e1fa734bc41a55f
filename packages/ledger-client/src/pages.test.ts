import assert from "node:assert/strict";
import { test } from "node:test";
import { maxPageSize, pages } from "./pages.js";

/** Numbers from 0, with the sizes that were asked for. */
function numbers(count: number) {
  const sizes: number[] = [];
  const fetch = async (next = 0, size: number) => {
    sizes.push(size);
    const items = Array.from({ length: Math.min(size, count - next) }, (_, index) => next + index);
    return { items, next: next + items.length < count ? next + items.length : undefined };
  };
  return { sizes, fetch };
}

test("pages() fetches page by page until there is no next one", async () => {
  const { sizes, fetch } = numbers(6000);
  assert.equal((await pages({}, fetch).toArray()).length, 6000);
  assert.deepEqual(sizes, [maxPageSize, maxPageSize, maxPageSize]);
});

test("pages() fetches no more than the limit, and each loop from the start", async () => {
  const { sizes, fetch } = numbers(6000);
  const some = pages({ limit: 2600 }, fetch);
  assert.equal((await some.toArray()).at(-1), 2599);
  assert.equal((await some.toArray()).length, 2600);
  assert.deepEqual(sizes, [2500, 100, 2500, 100]);
});

test("pages() fetches nothing before it is read, or for a limit of 0", async () => {
  const { sizes, fetch } = numbers(10);
  pages({}, fetch);
  assert.deepEqual(await pages({ limit: 0 }, fetch).toArray(), []);
  for await (const number of pages({}, fetch)) if (number === 0) break;
  assert.equal(sizes.length, 1);
});

test("pages() goes on after an empty page that has a next one", async () => {
  const fetch = async (next = 0) => ({ items: next === 1 ? ["item"] : [], next: next < 2 ? next + 1 : undefined });
  assert.deepEqual(await pages({}, fetch).toArray(), ["item"]);
});

test("pages() refuses limits and call options that cannot be", () => {
  const { fetch } = numbers(1);
  for (const limit of [-1, 1.5, Number.NaN]) assert.throws(() => pages({ limit }, fetch), RangeError);
  assert.throws(() => pages({ timeoutMs: 0 }, fetch), RangeError);
});
