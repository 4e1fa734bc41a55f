import { createHash } from "node:crypto";

// The reference ledger hashes by code of its own, not by that of ledger-client's checks: a mistake in one of the two
// shows as a proof that does not hold, and does not cancel out.

/** SHA-256 over the parts, one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** Numbers as the ledger hashes and stores them: big-endian. */
export const bigEndian = {
  u16(value: number): Buffer {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(value);
    return bytes;
  },
  u32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  },
  u64(value: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
    return bytes;
  },
  f64(value: number): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return bytes;
  },
};
