import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "./hashing.js";
import { MerkleTree } from "./merkle-tree.js";

/** Leaves and roots of the test vectors that implementations of RFC 6962 share. */
const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const tree = new MerkleTree(leaves.map((hex) => Buffer.from(hex, "hex")));

test("MerkleTree.root() is that of RFC 6962 for one to eight leaves, also once there are more", () => {
  for (const [index, root] of roots.entries()) {
    assert.equal(Buffer.from(tree.root(index + 1)).toString("hex"), root);
  }
  assert.deepEqual(new MerkleTree().root(), sha256());
});

test("MerkleTree.auditPath() is as long as the leaf is deep", () => {
  const lengths = [0, 1, 2, 3, 4, 5, 6].map((index) => tree.auditPath(index, 7).length);
  assert.deepEqual(lengths, [3, 3, 3, 3, 3, 3, 2]); // the example of RFC 6962, 2.1.3
});

test("MerkleTree.consistencyPath() begins with the older root when the older tree is complete", () => {
  assert.deepEqual(tree.consistencyPath(4, 7)[0], tree.root(4));
  assert.deepEqual(tree.consistencyPath(0, 7), []);
  assert.deepEqual(tree.consistencyPath(1, 1), []);
  assert.equal(tree.consistencyPath(7, 7).length, 2);
});
