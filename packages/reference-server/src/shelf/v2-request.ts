import { loadPickle } from "./load-pickle.js";
import { packValue } from "./pack-value.js";
import { PythonError, pythonError } from "./python-error.js";
import type { ShelfStore, ShelfTransaction } from "./shelf-store.js";
import { readV2Payload, type V2Payload, type V2Query } from "./v2-payload.js";
import { runV2Query } from "./v2-query.js";

/** A request of the second generation: read, and ready to run. */
export interface V2Request {
  /** `query` or `transaction`; undefined for one that is answered with an error, whatever is stored. */
  readonly name: string | undefined;
  /** Runs it, all or nothing, and returns the bytes of the answer. */
  run(store: ShelfStore): Uint8Array;
}

/** Reads a request; one that cannot be read runs to an error. */
export function readV2Request(bytes: Uint8Array): V2Request {
  try {
    const payload = readV2Payload(loadPickle(bytes));
    return { name: payload.type, run: (store) => answer(() => runPayload(store, payload)) };
  } catch (error) {
    return { name: undefined, run: () => errorAnswer(pythonError(error)) };
  }
}

/** The answer to a request that is longer than the server reads. */
export function tooLongAnswer(): Uint8Array {
  return errorAnswer(new PythonError("MemoryError", ""));
}

/** Nesting from which on the real server answers with nothing at all. */
const maxHeight = 1000;

function answer(run: () => unknown): Uint8Array {
  try {
    const { bytes, height } = packValue(run());
    return height > maxHeight ? new Uint8Array() : bytes;
  } catch (cause) {
    const error = pythonError(cause);
    return error.message === "recursion limit exceeded." ? new Uint8Array() : errorAnswer(error);
  }
}

function errorAnswer({ type, message }: PythonError): Uint8Array {
  const error = new Map([
    ["type", type],
    ["message", message],
  ]);
  return packValue(new Map([["__error__", error]])).bytes;
}

function runPayload(store: ShelfStore, payload: V2Payload): unknown {
  if (payload.type === "transaction") {
    const { queries, write } = payload;
    return inTransaction(store.begin(write ? "write" : "read"), (transaction) =>
      runQueries(transaction, queries, write),
    );
  }
  // Also a query that reads makes the shelf that it names.
  return inTransaction(store.begin("write"), (transaction) => runQueries(transaction, [payload.query], true));
}

/** The answer is that of the last one. */
function runQueries(transaction: ShelfTransaction, queries: readonly V2Query[], canWrite: boolean): unknown {
  let result: unknown = null;
  for (const { shelf, steps } of queries) result = runV2Query(transaction.shelf(shelf), steps, canWrite);
  return result;
}

function inTransaction(transaction: ShelfTransaction, run: (transaction: ShelfTransaction) => unknown): unknown {
  try {
    const result = run(transaction);
    transaction.commit();
    return result;
  } catch (error) {
    transaction.rollback();
    throw error;
  }
}
