import { encodePickle } from "./encode-pickle.js";

/** One operation of a query, as both generations' servers take it from the left to the right. */
export interface Step {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** Marks a step that writes. The server of 2.0.0 checks the type and looks no further. */
  readonly write?: boolean;
}

/** Steps over one shelf: all or nothing. Without a step it asks for the whole shelf. */
export interface QueryRequest {
  readonly type: "query";
  readonly shelf: string;
  readonly queries: readonly Step[];
}

/** Queries that happen together or not at all; the answer is that of the last one. */
export interface TransactionRequest {
  readonly type: "transaction";
  /** Must be true if any step writes: the server refuses the request otherwise. */
  readonly write: boolean;
  readonly txs: readonly { readonly shelf: string; readonly queries: readonly Step[] }[];
}

/** What a connection of the second generation carries, once. */
export type Request = QueryRequest | TransactionRequest;

/** Operations of the second generation that write. */
const writing: ReadonlySet<string> = new Set(["put", "put_many", "update", "replace", "edit", "delete"]);

/** Makes a step; `write` is set for the operations that write. */
export function step(op: string, ...args: readonly unknown[]): Required<Step> {
  return { op, args, kwargs: {}, write: writing.has(op) };
}

/** Makes the request of one query. */
export function queryRequest(shelf: string, queries: readonly Step[]): QueryRequest {
  return { type: "query", shelf, queries };
}

/** Makes a transaction, whose `write` follows from its steps. */
export function transactionRequest(txs: TransactionRequest["txs"]): TransactionRequest {
  const write = txs.some(({ queries }) => queries.some(({ op }) => writing.has(op)));
  return { type: "transaction", write, txs };
}

/**
 * Checks a request as strictly as the server does: exactly the fields of its kind, each of its type.
 *
 * A step that writes inside a transaction with `write: false` passes, as it does there: it is refused when it runs.
 *
 * @throws TypeError that names the field.
 */
export function checkRequest(value: unknown): asserts value is Request {
  const type = isRecord(value) ? value["type"] : undefined;
  if (type === "query") checkQuery(fields(value, ["type", "shelf", "queries"], ""), "");
  else if (type === "transaction") checkTransaction(fields(value, ["type", "write", "txs"], ""));
  else refuse("type", '"query" or "transaction"');
}

/** The bytes of a request; the end of the sending side tells the server that it is whole. */
export function encodeRequest(request: Request): Uint8Array {
  checkRequest(request);
  return encodePickle(request, "request");
}

function checkTransaction({ write, txs }: Record<string, unknown>): void {
  if (typeof write !== "boolean") refuse("write", "a boolean");
  if (!Array.isArray(txs)) refuse("txs", "an array");
  for (const [index, entry] of txs.entries()) {
    const path = `txs[${index}].`;
    checkQuery(fields(entry, ["shelf", "queries"], path), path);
  }
}

function checkQuery({ shelf, queries }: Record<string, unknown>, path: string): void {
  if (typeof shelf !== "string" || shelf === "") refuse(`${path}shelf`, "a string that is not empty");
  if (!Array.isArray(queries)) refuse(`${path}queries`, "an array");
  for (const [index, value] of queries.entries()) checkStep(value, `${path}queries[${index}].`);
}

function checkStep(value: unknown, path: string): void {
  const withWrite = isRecord(value) && "write" in value;
  const { op, args, kwargs, write } = fields(value, ["op", "args", "kwargs", ...(withWrite ? ["write"] : [])], path);
  if (typeof op !== "string") refuse(`${path}op`, "a string");
  if (!Array.isArray(args)) refuse(`${path}args`, "an array");
  if (!isRecord(kwargs)) refuse(`${path}kwargs`, "an object");
  if (withWrite && typeof write !== "boolean") refuse(`${path}write`, "a boolean");
}

/** The fields of what stands at `path`, which ends with a dot unless it is the request itself. */
function fields(value: unknown, names: readonly string[], path: string): Record<string, unknown> {
  const found = isRecord(value) ? value : {};
  const keys = Object.keys(found);
  if (keys.length !== names.length || !names.every((name) => Object.hasOwn(found, name))) {
    refuse(path.slice(0, -1) || "it", `an object of ${names.join(", ")}, got ${keys.join(", ") || "none of them"}`);
  }
  return found;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(path: string, wanted: string): never {
  throw new TypeError(`Cannot send the request: ${path} must be ${wanted}`);
}
