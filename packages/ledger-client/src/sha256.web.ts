import { sha256 as pureSha256 } from "@noble/hashes/sha2.js";
import type { Sha256 } from "./verify/sha256.js";

/** SHA-256 without a platform's help: a proof takes many small hashes, and a promise for each would be most of the time. */
export const sha256: Sha256 = (bytes) => pureSha256(bytes);
