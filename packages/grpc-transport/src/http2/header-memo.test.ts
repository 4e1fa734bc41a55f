import assert from "node:assert/strict";
import { test } from "node:test";
import { noHeaders } from "./header-block.js";
import { HeaderMemo } from "./header-memo.js";

test("HeaderMemo finds a block by its bytes", () => {
  const memo = new HeaderMemo();
  memo.keep(Uint8Array.of(1, 2), noHeaders, 5);
  assert.equal(memo.find(Uint8Array.of(1, 2), 5), noHeaders);
  assert.equal(memo.find(Uint8Array.of(1, 3), 5), undefined);
});

test("HeaderMemo forgets everything when the table has changed", () => {
  const memo = new HeaderMemo();
  memo.keep(Uint8Array.of(1), noHeaders, 5);
  assert.equal(memo.find(Uint8Array.of(1), 6), undefined);
  memo.keep(Uint8Array.of(2), noHeaders, 6);
  assert.equal(memo.find(Uint8Array.of(1), 6), undefined);
  assert.equal(memo.find(Uint8Array.of(2), 6), noHeaders);
});

test("HeaderMemo keeps the eight newest blocks", () => {
  const memo = new HeaderMemo();
  for (let i = 0; i < 20; i++) memo.keep(Uint8Array.of(i), noHeaders, 0);
  const known = Array.from({ length: 20 }, (_, i) => i).filter((i) => memo.find(Uint8Array.of(i), 0));
  assert.deepEqual(known, [12, 13, 14, 15, 16, 17, 18, 19]);
});

test("HeaderMemo owns its bytes and takes no large block", () => {
  const memo = new HeaderMemo();
  const bytes = Uint8Array.of(1);
  memo.keep(bytes, noHeaders, 0);
  bytes[0] = 2;
  assert.equal(memo.find(Uint8Array.of(1), 0), noHeaders);
  memo.keep(new Uint8Array(1000), noHeaders, 0);
  assert.equal(memo.find(new Uint8Array(1000), 0), undefined);
});
