import type { TxHeader, TxMetadata } from "@pumice/stubs/immudb";
import { concatBytes, isDigest, u16, u32, u64 } from "./bytes.js";
import type { Sha256 } from "./sha256.js";

/**
 * The accumulated hash (Alh) of a transaction: over its header, and by `prevAlh` over all transactions before it.
 *
 * @returns undefined if the header has none: an unknown version, hashes or counts of impossible size.
 */
export function accumulatedHash(sha256: Sha256, header: TxHeader): Uint8Array | undefined {
  const { id, prevAlh, ts, version, eH, blTxId, blRoot } = header;
  const count = countBytes(header);
  if (!count || ![prevAlh, eH, blRoot].every(isDigest)) return undefined;
  const inner = sha256(concatBytes(u64(ts), u16(version), count, eH, u64(blTxId), blRoot));
  return chainedHash(sha256, { txId: id, previous: prevAlh, inner });
}

/** The accumulated hash of a transaction, out of the one before it and the hash of what its own header adds. */
export function chainedHash(
  sha256: Sha256,
  { txId, previous, inner }: { readonly txId: bigint; readonly previous: Uint8Array; readonly inner: Uint8Array },
): Uint8Array {
  return sha256(concatBytes(u64(txId), previous, inner));
}

/** Metadata and the number of entries, as far as the version has them. */
function countBytes({ version, nentries, metadata }: TxHeader): Uint8Array | undefined {
  const metadataBytes = txMetadataBytes(metadata);
  if (nentries < 0 || !metadataBytes) return undefined;
  if (version === 0) return nentries <= 0xffff && metadataBytes.length === 0 ? u16(nentries) : undefined;
  if (version !== 1) return undefined;
  return concatBytes(u16(metadataBytes.length), metadataBytes, u32(nentries));
}

function txMetadataBytes(metadata: TxMetadata | undefined): Uint8Array | undefined {
  const { truncatedTxID = 0n, extra = new Uint8Array() } = metadata ?? {};
  if (extra.length > 0xff_00) return undefined;
  return concatBytes(
    truncatedTxID > 0n ? concatBytes(Uint8Array.of(0), u64(truncatedTxID)) : new Uint8Array(),
    extra.length > 0 ? concatBytes(Uint8Array.of(1), u16(extra.length), extra) : new Uint8Array(),
  );
}
