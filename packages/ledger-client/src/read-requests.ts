import { create } from "@bufbuild/protobuf";
import { type KeyListRequest, KeyListRequestSchema, type KeyRequest, KeyRequestSchema } from "@pumice/stubs/immudb";
import { keyBytes, optionalTransactionId } from "./ledger-arguments.js";
import type { LedgerBytes } from "./ledger-entry.js";
import type { LedgerGetAllOptions, LedgerGetOptions } from "./ledger-reads.js";
import { checkMessageSize } from "./message-size.js";

/** @throws TypeError if the key is a list, or if the selectors do not go together. */
export function keyRequest(key: LedgerBytes, { atTx, sinceTx, atRevision }: LedgerGetOptions): KeyRequest {
  if (Array.isArray(key)) throw new TypeError("Cannot get a list of keys: getAll() does");
  if (atTx !== undefined && (sinceTx !== undefined || atRevision !== undefined)) {
    throw new TypeError("Cannot get a key: atTx goes neither with sinceTx nor with atRevision");
  }
  return create(KeyRequestSchema, {
    key: keyBytes(key),
    atTx: optionalTransactionId(atTx, "atTx"),
    sinceTx: optionalTransactionId(sinceTx, "sinceTx"),
    atRevision: revision(atRevision),
  });
}

/** @throws TypeError if the keys are no list, RangeError if they do not fit into one message. */
export function keyListRequest(keys: readonly LedgerBytes[], { sinceTx }: LedgerGetAllOptions): KeyListRequest {
  if (!Array.isArray(keys)) throw new TypeError("Cannot get all: keys must be an array");
  const request = create(KeyListRequestSchema, {
    keys: keys.map((key) => keyBytes(key)),
    sinceTx: optionalTransactionId(sinceTx, "sinceTx"),
  });
  const bulkBytes = request.keys.reduce((bytes, { length }) => bytes + length + fieldHeadBytes, 0);
  checkMessageSize(KeyListRequestSchema, request, { action: "get all", bulkBytes });
  return request;
}

/** Of a key's field, at most. */
const fieldHeadBytes = 3;

/** The protocol's 0 means the latest. */
function revision(atRevision: bigint | undefined): bigint {
  if (atRevision === undefined) return 0n;
  if (typeof atRevision !== "bigint") {
    throw new TypeError(`Cannot get a key: atRevision must be a bigint, got ${typeof atRevision}`);
  }
  if (atRevision !== 0n && BigInt.asIntN(64, atRevision) === atRevision) return atRevision;
  throw new RangeError(`Cannot get a key: atRevision must be a 64-bit number other than 0, got ${atRevision}`);
}
