import { bigEndian } from "./hashing.js";
import { keyPrefix, storedKey } from "./tx-entry.js";

/** An element of a sorted set, which lives in its key alone. */
export interface SortedSetElement {
  readonly set: Uint8Array;
  readonly score: number;
  readonly key: Uint8Array;
  readonly atTx: bigint;
}

/** What the keys of a set's elements begin with. */
export function sortedSetPrefix(set: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([keyPrefix.sortedSet]), bigEndian.u64(BigInt(set.length)), set]);
}

/** Where a set's elements of a score begin: the order is that of the score's bits. */
export function scorePrefix(set: Uint8Array, score: number): Buffer {
  return Buffer.concat([sortedSetPrefix(set), bigEndian.f64(score)]);
}

export function sortedSetKey({ set, score, key, atTx }: SortedSetElement): Buffer {
  const target = storedKey(key);
  return Buffer.concat([scorePrefix(set, score), bigEndian.u64(BigInt(target.length)), target, bigEndian.u64(atTx)]);
}

/** Takes a stored key apart. */
export function parseSortedSetKey(stored: Uint8Array): SortedSetElement {
  const bytes = Buffer.from(stored);
  const setEnd = 9 + Number(bytes.readBigUInt64BE(1));
  const keyStart = setEnd + 16;
  const keyEnd = keyStart + Number(bytes.readBigUInt64BE(setEnd + 8));
  return {
    set: bytes.subarray(9, setEnd),
    score: bytes.readDoubleBE(setEnd),
    key: bytes.subarray(keyStart + 1, keyEnd),
    atTx: bytes.readBigUInt64BE(keyEnd),
  };
}
