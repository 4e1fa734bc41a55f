import { create, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { toBytes } from "@pumice/client-core";
import {
  type DeleteKeysRequest,
  DeleteKeysRequestSchema,
  type ExecAllRequest,
  ExecAllRequestSchema,
  type KeyValue,
  KeyValueSchema,
  type Op,
  OpSchema,
  type Precondition,
  PreconditionSchema,
  type ReferenceRequest,
  ReferenceRequestSchema,
  type SetRequest,
  SetRequestSchema,
  type ZAddRequest,
  ZAddRequestSchema,
} from "@pumice/stubs/immudb";
import { checkScore, keyBytes, optionalTransactionId, transactionId } from "./ledger-arguments.js";
import type { LedgerBytes } from "./ledger-entry.js";
import type {
  LedgerCommitOptions,
  LedgerDeleteOptions,
  LedgerEntries,
  LedgerEntryOptions,
  LedgerNewElement,
  LedgerOperation,
  LedgerPrecondition,
  LedgerReference,
  LedgerSetOptions,
  LedgerWriteOptions,
} from "./ledger-writes.js";
import { checkMessageSize } from "./message-size.js";

/** Pairs of an object, a Map or a list. @throws TypeError if it is none of them. */
export function pairsOf<V>(
  entries: Iterable<readonly [LedgerBytes, V]> | Readonly<Record<string, V>>,
): (readonly [LedgerBytes, V])[] {
  if (typeof entries !== "object" || entries === null || entries instanceof Uint8Array) {
    throw new TypeError("Cannot set all: entries must be an object, a Map, or a list of [key, value]");
  }
  return Symbol.iterator in entries ? [...entries] : Object.entries(entries);
}

export function setRequest(entries: LedgerEntries, options: LedgerSetOptions): SetRequest {
  const pairs = pairsOf(entries);
  checkCount(pairs.length, "entries");
  const KVs = pairs.map((pair, index) => {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new TypeError(`Cannot set entry ${index}: it must be [key, value]`);
    return keyValue(pair, options);
  });
  return fitting(SetRequestSchema, create(SetRequestSchema, { KVs, ...commitFields(options) }), KVs);
}

export function deleteRequest(
  keys: LedgerBytes | readonly LedgerBytes[],
  { noWait = false, sinceTx }: LedgerDeleteOptions,
): DeleteKeysRequest {
  const list: readonly LedgerBytes[] = typeof keys === "string" || keys instanceof Uint8Array ? [keys] : keys;
  checkCount(list.length, "keys");
  const since = optionalTransactionId(sinceTx, "sinceTx");
  return create(DeleteKeysRequestSchema, { keys: list.map((key) => keyBytes(key)), noWait, sinceTx: since });
}

export function referenceRequest(
  { key, target, atTx }: LedgerReference,
  options: LedgerCommitOptions,
): ReferenceRequest {
  return create(ReferenceRequestSchema, {
    key: keyBytes(key),
    referencedKey: keyBytes(target, "target"),
    atTx: optionalTransactionId(atTx, "atTx"),
    boundRef: atTx !== undefined,
    ...commitFields(options),
  });
}

export function zAddRequest({ set, score, key, atTx }: LedgerNewElement, options: LedgerWriteOptions): ZAddRequest {
  const request = create(ZAddRequestSchema, {
    set: keyBytes(set, "set"),
    score: checkScore(score),
    key: keyBytes(key),
    atTx: optionalTransactionId(atTx, "atTx"),
    boundRef: atTx !== undefined,
    noWait: options.noWait ?? false,
  });
  const bytes = request.set.length + request.key.length;
  if (bytes <= maxElementBytes) return request;
  throw new RangeError(`Cannot send the element: set and key must have at most ${maxElementBytes} bytes, got ${bytes}`);
}

export function execAllRequest(operations: readonly LedgerOperation[], options: LedgerCommitOptions): ExecAllRequest {
  checkCount(operations.length, "operations");
  const Operations = operations.map(operationOf);
  const values = Operations.flatMap(({ operation }) => (operation.case === "kv" ? [operation.value] : []));
  return fitting(ExecAllRequestSchema, create(ExecAllRequestSchema, { Operations, ...commitFields(options) }), values);
}

function operationOf(operation: LedgerOperation, index: number): Op {
  if (typeof operation === "object" && operation !== null) {
    if ("set" in operation)
      return create(OpSchema, { operation: { case: "kv", value: keyValue(operation.set, operation) } });
    if ("setReference" in operation) {
      return create(OpSchema, { operation: { case: "ref", value: referenceRequest(operation.setReference, {}) } });
    }
    if ("zAdd" in operation)
      return create(OpSchema, { operation: { case: "zAdd", value: zAddRequest(operation.zAdd, {}) } });
  }
  throw new TypeError(`Cannot exec all: operations[${index}] must be { set }, { setReference } or { zAdd }`);
}

function keyValue(
  [key, value]: readonly [LedgerBytes, LedgerBytes],
  { expiresAt, nonIndexable = false }: LedgerEntryOptions,
): KeyValue {
  const pair = { key: keyBytes(key), value: toBytes(value, "value") };
  if (expiresAt === undefined && !nonIndexable) return create(KeyValueSchema, pair);
  const expiration = expiresAt !== undefined && { expiration: { expiresAt: wholeSeconds(expiresAt) } };
  return create(KeyValueSchema, { ...pair, metadata: { nonIndexable, ...expiration } });
}

function wholeSeconds(date: Date): bigint {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) {
    throw new TypeError("Cannot set the expiry: expiresAt must be a valid Date");
  }
  return BigInt(Math.floor(date.getTime() / 1000));
}

function commitFields({ noWait = false, preconditions = [] }: LedgerCommitOptions) {
  if (preconditions.length > maxEntries) {
    throw new RangeError(`Cannot commit: preconditions must be at most ${maxEntries}, got ${preconditions.length}`);
  }
  return { noWait, preconditions: preconditions.map(preconditionOf) };
}

function preconditionOf(condition: LedgerPrecondition, index: number): Precondition {
  if (typeof condition === "object" && condition !== null) {
    if ("keyMustExist" in condition) {
      const value = { key: keyBytes(condition.keyMustExist) };
      return create(PreconditionSchema, { precondition: { case: "keyMustExist", value } });
    }
    if ("keyMustNotExist" in condition) {
      const value = { key: keyBytes(condition.keyMustNotExist) };
      return create(PreconditionSchema, { precondition: { case: "keyMustNotExist", value } });
    }
    if ("keyNotModifiedAfterTx" in condition) {
      const { key, txId } = condition.keyNotModifiedAfterTx;
      const value = { key: keyBytes(key), txID: transactionId(txId, "txId") };
      return create(PreconditionSchema, { precondition: { case: "keyNotModifiedAfterTX", value } });
    }
  }
  throw new TypeError(
    `Cannot commit: preconditions[${index}] must be { keyMustExist }, { keyMustNotExist } or { keyNotModifiedAfterTx }`,
  );
}

function checkCount(count: number, what: string): void {
  if (count >= 1 && count <= maxEntries) return;
  throw new RangeError(`Cannot write: ${what} must be 1 to ${maxEntries}, got ${count}`);
}

function fitting<S extends DescMessage>(
  schema: S,
  request: MessageShape<S>,
  values: readonly KeyValue[],
): MessageShape<S> {
  // All besides values is below 8 MiB, at 1024 entries and preconditions with the longest keys.
  const bulkBytes = values.reduce((bytes, { value }) => bytes + value.length, 0);
  checkMessageSize(schema, request, { action: "write", bulkBytes });
  return request;
}

const maxEntries = 1024;
/** The rest of a key's 1024 bytes is taken by what an element is made of. */
const maxElementBytes = 990;
