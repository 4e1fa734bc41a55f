import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../sha256.node.js";
import { leafHash, nodeHash } from "./merkle-hash.js";
import { isTreePrefix } from "./tree-consistency.js";
import type { MainTree } from "./tree-inclusion.js";

const leaves = Array.from({ length: 9 }, (_, index) => leafHash(sha256, Uint8Array.of(index)));
const other = sha256(Uint8Array.of(99));

test("isTreePrefix() holds for every tree of up to nine leaves and every beginning of it", () => {
  for (let newer = 1; newer <= leaves.length; newer++) {
    for (let older = 1; older <= newer; older++) {
      const trees = { older: treeOf(older), newer: treeOf(newer) };
      assert.ok(isTreePrefix(sha256, path(older, leaves.slice(0, newer)), trees), `${older} of ${newer}`);
    }
    assert.ok(isTreePrefix(sha256, [], { older: treeOf(newer), newer: treeOf(newer) }));
  }
});

test("isTreePrefix() fails for an older or a newer tree with another root", () => {
  for (let newer = 1; newer <= leaves.length; newer++) {
    for (let older = 1; older <= newer; older++) {
      const terms = path(older, leaves.slice(0, newer));
      const trees = { older: treeOf(older), newer: treeOf(newer) };
      for (const side of ["older", "newer"] as const) {
        const changed = { ...trees, [side]: { ...trees[side], root: other } };
        assert.equal(isTreePrefix(sha256, terms, changed), false, `${side} of ${older} and ${newer}`);
      }
    }
    const changed = { older: treeOf(newer), newer: { ...treeOf(newer), root: other } };
    assert.equal(isTreePrefix(sha256, [], changed), false);
  }
});

test("isTreePrefix() fails for an older tree that is empty or larger, and without terms where some are due", () => {
  const wrong: [MainTree, MainTree, Uint8Array[]][] = [
    [{ ...treeOf(3), size: 0n }, treeOf(4), path(3, leaves.slice(0, 4))],
    [treeOf(4), treeOf(3), path(3, leaves.slice(0, 4))],
    [treeOf(4), { ...treeOf(4), size: 3n }, []],
    [treeOf(4), { ...treeOf(4), size: 5n }, []],
    [treeOf(3), treeOf(4), [...path(3, leaves.slice(0, 4)), other]],
    [treeOf(3), treeOf(4), path(3, leaves.slice(0, 4)).map((term) => term.subarray(1))],
  ];
  for (const [older, newer, terms] of wrong) assert.equal(isTreePrefix(sha256, terms, { older, newer }), false);
});

function treeOf(size: number): MainTree {
  return { size: BigInt(size), root: rootOf(leaves.slice(0, size)) };
}

function rootOf(part: readonly Uint8Array[]): Uint8Array {
  const [first] = part;
  if (part.length === 1 && first) return first;
  const [left, right] = halves(part);
  return nodeHash(sha256, rootOf(left), rootOf(right));
}

/** The terms from the tree of the first `older` leaves to that of all, the older root first. */
function path(older: number, all: readonly Uint8Array[]): Uint8Array[] {
  if (older === all.length) return [rootOf(all)];
  const [left, right] = halves(all);
  return older <= left.length
    ? [...path(older, left), rootOf(right)]
    : [...path(older - left.length, right), rootOf(left)];
}

/** The left one holds the largest power of two that is smaller than the whole. */
function halves(part: readonly Uint8Array[]): [Uint8Array[], Uint8Array[]] {
  const size = 2 ** Math.ceil(Math.log2(part.length) - 1);
  return [part.slice(0, size), part.slice(size)];
}
