import { PickleSet } from "@pumice/shelf-client/wire";
import type { PackedValue } from "./pack-value.js";
import { type Arguments, bindArguments, type Signature } from "./python-call.js";
import { PythonError } from "./python-error.js";
import { sliceItems } from "./python-slice.js";
import { elements, iterate, pythonType } from "./python-type.js";
import { ShelfFunction } from "./shelf-function.js";
import type { Shelf } from "./shelf-store.js";
import { compareCodePoints } from "./sorted-records.js";
import type { StoredValue } from "./stored-value.js";

/**
 * Runs a query of the third generation: operations that select and shape, then one action.
 *
 * @returns The answer, for `packValue`.
 * @throws PythonError with the text of the server of 3.1.0. What an action wrote before it failed stays.
 */
export function runV3Query(shelf: Shelf, ops: unknown, action: unknown): unknown {
  const query = new V3Query(shelf);
  for (const op of iterate(ops)) call(query, op, operations, "operation");
  return call(query, action, actions, "action");
}

/** The `get` command: an item without a marker. */
export function getV3Item(shelf: Shelf, key: unknown): unknown {
  const query = new V3Query(shelf);
  query.selectKey(key);
  const { key: found, value } = query.only();
  return new Map<string, unknown>([
    ["key", found],
    ["value", packedOf(value)],
  ]);
}

/** The `put` command: a mutation without a marker. */
export function putV3Item(shelf: Shelf, key: unknown, value: unknown): unknown {
  shelf.put(encodable(key), value, "mdb_put");
  return new Map<string, unknown>([
    ["key", key],
    ["ok", true],
  ]);
}

/** An item has its key alone until something loads it. */
interface V3Item {
  readonly key: string;
  readonly value?: StoredValue;
}

type Transform = (items: Iterable<V3Item>) => Iterable<V3Item>;

/** Which keys are scanned, and what happens to them on the way. Null is Python's None. */
class V3Query {
  readonly transforms: Transform[] = [];
  private isDescending = false;
  private key: unknown = null;
  private start: unknown = null;
  private stop: unknown = null;

  constructor(readonly shelf: Shelf) {}

  setDescending(isDescending: boolean): void {
    this.isDescending = isDescending;
  }

  selectKey(key: unknown): void {
    [this.key, this.start, this.stop] = [key, null, null];
  }

  selectRange(start: unknown, stop: unknown): void {
    [this.key, this.start, this.stop] = [null, start, stop];
  }

  /** Lazy: what is wrong with an operation shows when an action asks for items. */
  items(): Iterable<V3Item> {
    return this.transforms.reduce((items: Iterable<V3Item>, transform) => transform(items), this.scan());
  }

  loaded(): Iterable<V3Item & { readonly value: StoredValue }> {
    return load(this.shelf, this.items());
  }

  /** @throws PythonError unless there is exactly one item with a value. */
  only(): V3Item & { readonly value: StoredValue } {
    const [first, second] = sliceItems(this.loaded(), { stop: 2 });
    if (!first) throw new PythonError("ValueError", "expected exactly one selected item, found none");
    if (second) throw new PythonError("ValueError", "expected exactly one selected item, found many");
    return first;
  }

  private *scan(): Generator<V3Item> {
    if (this.key !== null) {
      const key = encodable(this.key);
      if (this.shelf.get(key, "mdb_cursor_get")) yield { key };
      return;
    }
    yield* this.isDescending ? this.scanDown() : this.scanUp();
  }

  // A bound is looked at only when the scan comes to it, so that a wrong one may do no harm, as on the real server.
  private *scanUp(): Generator<V3Item> {
    const { start, stop } = this;
    for (const key of this.shelf.keys({ start: start === null ? undefined : encodable(start) })) {
      if (stop !== null && compareCodePoints(key, encodable(stop)) >= 0) return;
      yield { key };
    }
  }

  /** Without a start the real cursor begins at the end of the shelf, and never looks at where to stop. */
  private *scanDown(): Generator<V3Item> {
    const { start, stop } = this;
    const last = start === null || stop === null ? undefined : encodable(stop);
    for (const key of this.shelf.keys({ stop: last, descending: true })) {
      if (start !== null && compareCodePoints(key, encodable(start)) < 0) return;
      yield { key };
    }
  }
}

/** A null that is stored counts as nothing here. */
function* load(shelf: Shelf, items: Iterable<V3Item>): Generator<V3Item & { readonly value: StoredValue }> {
  for (const { key, value } of items) {
    const stored = value ?? shelf.get(key, "mdb_get");
    if (stored && (value || stored.load() !== null)) yield { key, value: stored };
  }
}

interface Method {
  readonly signature: Signature;
  readonly run: (query: V3Query, args: Arguments) => unknown;
}

const operations: Readonly<Record<string, Method>> = {
  asc: { signature: { required: [] }, run: (query) => query.setDescending(false) },
  desc: { signature: { required: [] }, run: (query) => query.setDescending(true) },
  key: { signature: { required: ["key"] }, run: (query, args) => query.selectKey(args["key"]) },
  keys_range: {
    signature: { required: ["start"], optional: ["stop"] },
    run: (query, args) => query.selectRange(args["start"], args["stop"] ?? null),
  },
  keys: {
    signature: { required: [] },
    run: (query) =>
      query.transforms.push(function* (items) {
        for (const { key } of items) yield { key };
      }),
  },
  items: { signature: { required: [] }, run: (query) => query.transforms.push((items) => load(query.shelf, items)) },
  filter: {
    signature: { required: ["fn"] },
    run: (query, args) =>
      query.transforms.push(function* (items) {
        for (const item of load(query.shelf, items)) {
          if (args["fn"] === null || functionOf(args["fn"]).test([item.key, item.value.load()])) yield item;
        }
      }),
  },
  slice: {
    signature: { required: [], optional: ["start", "stop", "step"] },
    run: (query, args) => query.transforms.push((items) => sliceItems(items, args)),
  },
  sort: {
    signature: { required: [], optional: ["key", "reverse"] },
    run: (query, args) => query.transforms.push((items) => sorted([...load(query.shelf, items)], args)),
  },
};

const actions: Readonly<Record<string, Method>> = {
  query: { signature: { required: [] }, run: (query) => [...query.items()].map(itemMarker) },
  count: { signature: { required: [] }, run: (query) => [...query.items()].length },
  exists: {
    signature: { required: [] },
    run: (query) => {
      for (const _ of query.items()) return true;
      return false;
    },
  },
  item: { signature: { required: [] }, run: (query) => itemMarker(query.only()) },
  put: {
    signature: { required: ["key", "value"] },
    run: ({ shelf }, args) => {
      const key = encodable(args["key"]);
      shelf.put(key, args["value"], "mdb_put");
      return mutationMarker(key, true);
    },
  },
  put_many: { signature: { required: ["items"] }, run: ({ shelf }, args) => putMany(shelf, args["items"]) },
  update: {
    signature: { required: ["fn"] },
    run: (query, args) => {
      const markers: unknown[] = [];
      for (const { key, value } of query.loaded()) {
        query.shelf.put(key, functionOf(args["fn"]).edit([key, value.load()]), "mdb_put");
        markers.push(mutationMarker(key, true));
      }
      return markers;
    },
  },
  delete: {
    signature: { required: [] },
    run: (query) => {
      const keys = [...query.items()].map(({ key }) => key);
      return keys.map((key) => mutationMarker(key, query.shelf.delete(key)));
    },
  },
};

function call(query: V3Query, value: unknown, methods: Readonly<Record<string, Method>>, kind: string): unknown {
  const op = stepOf(value);
  const name = op.get("op");
  if (!op.has("op")) throw new PythonError("KeyError", "'op'");
  if (Array.isArray(name) || name instanceof Map) {
    throw new PythonError("TypeError", `unhashable type: '${pythonType(name)}'`);
  }
  const method = typeof name === "string" && Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) throw new PythonError("ValueError", `unsupported query ${kind}: ${String(name ?? "None")}`);
  if (name === "query") return method.run(query, {}); // its arguments are not looked at
  const passed = [op.has("args") ? op.get("args") : [], op.has("kwargs") ? op.get("kwargs") : new Map()] as const;
  return method.run(query, bindArguments(`shelfdb.shelf.query.ShelfQuery.${name}`, method.signature, passed));
}

/** What Python says of `value["op"]` where value is no dict. */
function stepOf(value: unknown): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value;
  if (typeof value === "string") throw new PythonError("TypeError", "string indices must be integers, not 'str'");
  const type = pythonType(value);
  const isSequence = elements(value) !== undefined && !(value instanceof PickleSet);
  const text = isSequence
    ? `${type === "bytes" ? "byte" : type} indices must be integers or slices, not str`
    : `'${type}' object is not subscriptable`;
  throw new PythonError("TypeError", text);
}

function putMany(shelf: Shelf, items: unknown): unknown {
  const batch = iterate(items);
  const keys = batch.map((item, index) => {
    const [key, value] = unpackPair(item);
    const encoded = encodable(key);
    shelf.put(encoded, value, `mdb_cursor_put() element #${index}`);
    return encoded;
  });
  return keys.map((key) => mutationMarker(key, true));
}

function unpackPair(item: unknown): readonly [unknown, unknown] {
  const parts = elements(item);
  if (!parts) throw new PythonError("TypeError", `cannot unpack non-iterable ${pythonType(item)} object`);
  if (parts.length > 2) throw new PythonError("ValueError", "too many values to unpack (expected 2)");
  if (parts.length < 2) {
    throw new PythonError("ValueError", `not enough values to unpack (expected 2, got ${parts.length})`);
  }
  return [parts[0], parts[1]];
}

function* sorted<T extends V3Item & { readonly value: StoredValue }>(items: T[], args: Arguments): Generator<T> {
  const { key = null, reverse } = args;
  const compare = key === null ? undefined : items.length > 0 ? functionOf(key).compare : undefined;
  const sign = isTruthy(reverse) ? -1 : 1;
  yield* items.sort((a, b) => {
    const order = compare ? compare([a.key, a.value.load()], [b.key, b.value.load()]) : compareCodePoints(a.key, b.key);
    return sign * order;
  });
}

function isTruthy(value: unknown): boolean {
  if (value instanceof Map) return value.size > 0;
  const items = elements(value);
  if (items) return items.length > 0;
  return typeof value === "object" && value !== null ? Number(value) !== 0 : Boolean(value);
}

function functionOf(value: unknown): ShelfFunction {
  if (value instanceof ShelfFunction) return value;
  throw new PythonError("TypeError", `'${pythonType(value)}' object is not callable`);
}

function encodable(key: unknown): string {
  if (typeof key === "string") return key;
  throw new PythonError("AttributeError", `'${pythonType(key)}' object has no attribute 'encode'`);
}

function itemMarker({ key, value }: V3Item): unknown {
  return marker("item", [
    ["key", key],
    ["value", value ? packedOf(value) : marker("undef")],
  ]);
}

function mutationMarker(key: string, ok: boolean): unknown {
  return marker("mutation", [
    ["key", key],
    ["ok", ok],
  ]);
}

function marker(type: string, fields: readonly (readonly [string, unknown])[] = []): unknown {
  return new Map<string, unknown>([["__shelfdb_type__", type], ...fields]);
}

/** What cannot be read again must not be sent either. */
function packedOf(value: StoredValue): PackedValue {
  value.load();
  return value.packed;
}
