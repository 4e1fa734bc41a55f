import { toBytes } from "@pumice/client-core";
import type { LedgerBytes } from "./ledger-entry.js";

/** Bytes of the longest key. The server's own limit is 1024, of which it takes one. */
export const maxKeyBytes = 1023;

/**
 * The bytes of a key, or of a sorted set's name.
 *
 * @param name - The argument's name, for the error.
 * @throws RangeError if it is empty or too long, TypeError if it is neither string nor bytes.
 */
export function keyBytes(key: LedgerBytes, name = "key"): Uint8Array<ArrayBuffer> {
  const bytes = toBytes(key, name);
  if (bytes.length >= 1 && bytes.length <= maxKeyBytes) return bytes;
  throw new RangeError(`Cannot send the ${name}: it must have 1 to ${maxKeyBytes} bytes, got ${bytes.length}`);
}

/**
 * The bytes of what keys begin with; empty for every key.
 *
 * @throws RangeError if it is longer than any key, TypeError if it is neither string nor bytes.
 */
export function prefixBytes(prefix: LedgerBytes): Uint8Array<ArrayBuffer> {
  const bytes = toBytes(prefix, "prefix");
  if (bytes.length <= maxKeyBytes) return bytes;
  throw new RangeError(`Cannot send the prefix: it must have at most ${maxKeyBytes} bytes, got ${bytes.length}`);
}

/**
 * A transaction's number.
 *
 * @throws TypeError if it is no bigint, RangeError if it is below 1 or beyond 64 bits.
 */
export function transactionId(txId: bigint, name: string): bigint {
  if (typeof txId !== "bigint") throw new TypeError(`Cannot send ${name}: it must be a bigint, got ${typeof txId}`);
  if (txId >= 1n && txId <= maxUint64) return txId;
  throw new RangeError(`Cannot send ${name}: it must be from 1 to ${maxUint64}, got ${txId}`);
}

/** A transaction's number that may be left out; the protocol's 0 means none. */
export function optionalTransactionId(txId: bigint | undefined, name: string): bigint {
  return txId === undefined ? 0n : transactionId(txId, name);
}

/**
 * A score that comes in its order.
 *
 * @throws RangeError if it is negative, infinite or no number.
 */
export function checkScore(score: number, name = "score"): number {
  if (Number.isFinite(score) && score >= 0 && !Object.is(score, -0)) return score;
  throw new RangeError(`Cannot send the ${name}: it must be a number >= 0, got ${Object.is(score, -0) ? "-0" : score}`);
}

const maxUint64 = 2n ** 64n - 1n;
