import { plainShape } from "./entry-shape.js";
import { familyName } from "./family-name.js";
import type { KvOperation, KvTransactionOptions } from "./kv-transaction.js";
import type { Write } from "./message-size.js";
import type { KvRpcs } from "./rpcs.js";
import { transaction } from "./transaction.js";
import { WriteBuffer } from "./write-buffer.js";

/** Applies a prepared list of writes in one transaction. */
export async function commitList(
  rpcs: KvRpcs,
  operations: readonly KvOperation[],
  options: KvTransactionOptions,
): Promise<void> {
  const writes = checkedWrites(operations);
  if (writes.length === 0) return;
  await transaction(
    rpcs,
    (txn) => {
      for (const { key, value, cfName } of writes) {
        const inFamily = cfName === "" ? {} : { family: cfName };
        if (value) txn.put(key, value, inFamily);
        else txn.delete(key, inFamily);
      }
    },
    options,
  );
}

/** All checks come before the begin: nothing is sent for a list that cannot be committed. */
function checkedWrites(operations: readonly KvOperation[]): Write[] {
  if (!Array.isArray(operations)) {
    throw new TypeError(`Cannot commit: operations must be an array, got ${typeof operations}`);
  }
  const buffer = new WriteBuffer("");
  for (const [index, operation] of operations.entries()) buffer.add(writeOf(operation, index));
  return buffer.all();
}

function writeOf(operation: KvOperation, index: number): Write {
  if (typeof operation !== "object" || operation === null) throw unknownOperation(index, String(operation));
  const names = Object.keys(operation).filter((name) => name !== "family");
  if (names.length !== 1) throw unknownOperation(index, `one with ${names.join(", ") || "neither"}`);
  const cfName = familyName(operation.family);
  if ("delete" in operation) return { key: plainShape.key(operation.delete), cfName };
  if (!("put" in operation)) throw unknownOperation(index, `one with ${names[0]}`);
  const { put } = operation;
  if (!Array.isArray(put) || put.length !== 2) throw unknownOperation(index, "a put of something else");
  return { key: plainShape.key(put[0]), value: plainShape.value(put[1]), cfName };
}

function unknownOperation(index: number, got: string): TypeError {
  return new TypeError(
    `Cannot commit: operations[${index}] must be { put: [key, value] } or { delete: key }, and may name a family, got ${got}`,
  );
}
