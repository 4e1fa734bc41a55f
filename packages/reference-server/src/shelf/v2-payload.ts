import { PythonError } from "./python-error.js";

/** An operation as it came: its arguments are checked when it runs. */
export interface V2Step {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly kwargs: ReadonlyMap<unknown, unknown>;
}

export interface V2Query {
  readonly shelf: string;
  readonly steps: readonly V2Step[];
}

/** A request of the second generation. */
export type V2Payload =
  | { readonly type: "query"; readonly query: V2Query }
  | { readonly type: "transaction"; readonly write: boolean; readonly queries: readonly V2Query[] };

/**
 * Reads what was in a request's pickle as strictly as the server of 2.0.0: exactly these fields, lists and not tuples.
 *
 * @throws PythonError with that server's text.
 */
export function readV2Payload(value: unknown): V2Payload {
  const type = value instanceof Map ? value.get("type") : undefined;
  if (typeof type !== "string") return refuse("RPC payload is invalid.");
  if (type === "query") {
    const fields = exactly(value, ["type", "shelf", "queries"]) ?? refuse(invalidQuery);
    return { type, query: readQuery(fields, invalidQuery) };
  }
  if (type !== "transaction") return refuse(`Unsupported request type: ${type}`);
  const fields = exactly(value, ["type", "write", "txs"]) ?? refuse(invalidTransaction);
  const write = fields.get("write");
  const txs = fields.get("txs");
  if (typeof write !== "boolean" || !Array.isArray(txs)) return refuse(invalidTransaction);
  const queries = txs.map((entry: unknown) =>
    readQuery(exactly(entry, ["shelf", "queries"]) ?? refuse(invalidTransaction), invalidTransaction),
  );
  return { type, write, queries };
}

const invalidQuery = "Query payload is invalid.";
const invalidTransaction = "Transaction payload is invalid.";

function readQuery(fields: ReadonlyMap<unknown, unknown>, invalid: string): V2Query {
  const shelf = fields.get("shelf");
  const queries = fields.get("queries");
  if (typeof shelf !== "string" || shelf === "" || !Array.isArray(queries)) return refuse(invalid);
  return { shelf, steps: queries.map((step: unknown) => readStep(step) ?? refuse(invalid)) };
}

function readStep(value: unknown): V2Step | undefined {
  const withWrite = value instanceof Map && value.has("write");
  const fields = exactly(value, ["op", "args", "kwargs", ...(withWrite ? ["write"] : [])]);
  const op = fields?.get("op");
  const args = fields?.get("args");
  const kwargs = fields?.get("kwargs");
  if (typeof op !== "string" || !Array.isArray(args) || !(kwargs instanceof Map)) return undefined;
  return withWrite && typeof fields?.get("write") !== "boolean" ? undefined : { op, args, kwargs };
}

function exactly(value: unknown, names: readonly string[]): ReadonlyMap<unknown, unknown> | undefined {
  if (!(value instanceof Map) || value.size !== names.length) return undefined;
  return names.every((name) => value.has(name)) ? value : undefined;
}

function refuse(message: string): never {
  throw new PythonError("ValueError", message);
}
