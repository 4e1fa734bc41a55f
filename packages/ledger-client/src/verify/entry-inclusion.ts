import type { InclusionProof } from "@pumice/stubs/immudb";
import { rootOfAuditPath } from "./audit-path.js";
import { areDigests, sameBytes } from "./bytes.js";
import { leafHash } from "./merkle-hash.js";
import type { Sha256 } from "./sha256.js";

/** The entry whose place is asked for. */
export interface ProvenEntry {
  readonly digest: Uint8Array;
  /** The root of the transaction's entry tree, `eH` of its header. */
  readonly root: Uint8Array;
}

/** Whether the proof places an entry in the tree of its transaction. */
export function isEntryIncluded(sha256: Sha256, proof: InclusionProof, { digest, root }: ProvenEntry): boolean {
  const { leaf, width, terms } = proof;
  if (leaf < 0 || leaf >= width || !areDigests(terms)) return false;
  const place = { leafIndex: BigInt(leaf), lastIndex: BigInt(width - 1), terms };
  const reached = rootOfAuditPath(sha256, leafHash(sha256, digest), place);
  return reached !== undefined && sameBytes(reached, root);
}
