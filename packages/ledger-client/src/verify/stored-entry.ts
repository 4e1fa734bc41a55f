import { concatBytes, f64, u64 } from "./bytes.js";

/** An element of a sorted set. */
export interface SortedSetElement {
  readonly set: Uint8Array;
  readonly score: number;
  readonly key: Uint8Array;
  /** The transaction whose version of the key is meant; 0 for the latest. */
  readonly atTx: bigint;
}

const plain = Uint8Array.of(0);
const reference = Uint8Array.of(1);
const sortedSet = Uint8Array.of(1);

/** A user's key as a transaction stores it. */
export function storedKey(key: Uint8Array): Uint8Array {
  return concatBytes(plain, key);
}

/** A user's value as a transaction stores it. */
export function storedValue(value: Uint8Array): Uint8Array {
  return concatBytes(plain, value);
}

/** The value of a key that stands for another. */
export function storedReference(referencedKey: Uint8Array, atTx: bigint): Uint8Array {
  return concatBytes(reference, u64(atTx), storedKey(referencedKey));
}

/** The key of a sorted set's element; its value is empty, without a prefix. */
export function storedSortedSetKey({ set, score, key, atTx }: SortedSetElement): Uint8Array {
  const target = storedKey(key);
  return concatBytes(sortedSet, sized(set), f64(score), sized(target), u64(atTx));
}

function sized(bytes: Uint8Array): Uint8Array {
  return concatBytes(u64(BigInt(bytes.length)), bytes);
}
