/**
 * SHA-256 of some bytes, as 32 bytes; the input must not be kept.
 *
 * Passed in, so that this module runs anywhere: on Node `sha256` of `@pumice/ledger-client/node`, elsewhere a pure library.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;
