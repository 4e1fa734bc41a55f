import { Code, type ConnectError } from "@connectrpc/connect";
import type { ExecAllRequest, KeyValue, Op, ReferenceRequest, ZAddRequest } from "@pumice/stubs/immudb";
import { byteString } from "../kv/byte-string.js";
import { illegalArguments, plainError } from "./ledger-error.js";
import type { LedgerStore } from "./ledger-store.js";
import { sortedSetKey } from "./sorted-set-key.js";
import { metadataOf, type NewEntry, storedKey, storedReference, storedValue } from "./tx-entry.js";
import type { Transaction } from "./tx-log.js";
import { checkMayBecomeReference, checkTarget, write } from "./writes.js";

/** ExecAll: values, references and sorted-set elements as one transaction. They may refer to keys set before them. */
export function execAll(store: LedgerStore, { Operations, noWait, preconditions }: ExecAllRequest): Transaction {
  if (Operations.length === 0) throw plainError("empty set", Code.InvalidArgument);
  checkDuplicates(Operations);
  const batch = new Batch(store, noWait);
  const entries = Operations.map(({ operation }): NewEntry => {
    switch (operation.case) {
      case "kv":
        return batch.value(operation.value);
      case "ref":
        return batch.reference(operation.value);
      case "zAdd":
        return batch.element(operation.value);
      default:
        throw operationNotSet();
    }
  });
  return write(store, entries, preconditions, "invalid precondition");
}

/** The entries of one call, each of which may refer to those before it. */
class Batch {
  private readonly keys = new Set<string>();

  constructor(
    private readonly store: LedgerStore,
    /** The batch must then refer to nothing but itself. */
    private readonly noWait: boolean,
  ) {}

  value({ key, value, metadata }: KeyValue): NewEntry {
    if (key.length === 0) throw illegalArguments();
    this.keys.add(byteString(key));
    return { key: storedKey(key), value: storedValue(value), metadata: metadataOf(metadata) };
  }

  reference(request: ReferenceRequest): NewEntry {
    const { key, referencedKey } = request;
    if (key.length === 0 || referencedKey.length === 0) throw illegalArguments();
    const atTx = this.boundTx(request);
    if (!this.noWait) checkMayBecomeReference(this.store, key, 0n);
    this.checkTarget(referencedKey, request, noSuchTarget);
    return { key: storedKey(key), value: storedReference({ atTx, key: storedKey(referencedKey) }) };
  }

  element(request: ZAddRequest): NewEntry {
    const { set, key, score } = request;
    if (set.length === 0 || key.length === 0) throw illegalArguments();
    const atTx = this.boundTx(request);
    this.checkTarget(key, request, noSuchElement);
    return { key: sortedSetKey({ set, score, key, atTx }), value: new Uint8Array() };
  }

  /** The transaction that is meant: `boundRef` alone binds to the very one that is being written. */
  private boundTx({ atTx, boundRef }: ReferenceRequest | ZAddRequest): bigint {
    if (atTx > 0n && !boundRef) throw illegalArguments();
    return boundRef && atTx === 0n ? this.store.transactions.lastId + 1n : atTx;
  }

  /** What is referred to has to be there already, and be no reference, unless the batch itself sets it. */
  private checkTarget(
    key: Uint8Array,
    { atTx, boundRef }: ReferenceRequest | ZAddRequest,
    reasonIfMissing: string,
  ): void {
    const isOwn = this.keys.has(byteString(key));
    if (this.noWait && !(boundRef && atTx === 0n)) throw notSelfContained(mustBeBound);
    if (this.noWait && !isOwn) throw notSelfContained(reasonIfMissing);
    if (!isOwn || atTx > 0n) checkTarget(this.store, key, atTx);
  }
}

/** A key may be set or made a reference once, and an element may come once, whatever its score. */
function checkDuplicates(operations: readonly Op[]): void {
  const keys = new Set<string>();
  const elements = new Set<string>();
  for (const { operation } of operations) {
    if (operation.case === undefined) throw operationNotSet();
    if (operation.case === "zAdd") {
      const { set, key, atTx } = operation.value;
      const element = JSON.stringify([byteString(set), byteString(key), String(atTx)]);
      if (elements.has(element)) throw plainError(duplicateElement, Code.InvalidArgument);
      elements.add(element);
    } else {
      const name = byteString(operation.value.key);
      if (keys.has(name)) throw plainError(`${duplicateKey} '${name}'`, Code.InvalidArgument);
      keys.add(name);
    }
  }
}

function operationNotSet(): ConnectError {
  return plainError("operation is not set", Code.InvalidArgument);
}

function notSelfContained(reason: string): ConnectError {
  return plainError(`no wait operation must be self-contained: illegal arguments: ${reason}`);
}

const duplicateKey =
  "rpc error: code = InvalidArgument desc = duplicated keys are not supported in single batch transaction: key/reference";
const duplicateElement = "duplicated index inside zAdd insertions are not supported in single batch transaction";
const mustBeBound =
  "can only set references to keys added within same transaction, please use bound references with AtTx set to 0";
const noSuchTarget = "can not create a reference to a key that was not set in the same transaction";
const noSuchElement = "can not create a reference into a set for a key that was not set in the same transaction";
