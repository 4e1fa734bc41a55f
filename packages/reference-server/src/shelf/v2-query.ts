import { PickleTuple } from "@pumice/shelf-client/wire";
import { type Arguments, bindArguments, type Signature } from "./python-call.js";
import { PythonError } from "./python-error.js";
import { checkSlice, sliceItems } from "./python-slice.js";
import { iterate, pythonType } from "./python-type.js";
import { ShelfFunction } from "./shelf-function.js";
import type { Shelf } from "./shelf-store.js";
import { compareCodePoints } from "./sorted-records.js";
import type { V2Step } from "./v2-payload.js";

/**
 * Runs the steps of one query of the second generation, each on what the one before has left.
 *
 * @param canWrite - False in a transaction that only reads; a step that writes fails there.
 * @returns The answer, for `packValue`.
 * @throws PythonError with the text of the server of 2.0.0. What was written before stays: roll back.
 */
export function runV2Query(shelf: Shelf, steps: readonly V2Step[], canWrite: boolean): unknown {
  let result: Result = new Selection(shelf, undefined);
  for (const { op, args, kwargs } of steps) {
    if (result === null) throw new PythonError("RuntimeError", "Query returned None and cannot continue.");
    const operation: Operation | undefined = Object.hasOwn(operations, op) ? operations[op] : undefined;
    if (!operation || !(result instanceof Selection)) {
      throw new PythonError("ValueError", `Unsupported query op: ${op}`);
    }
    const bound = bindArguments(`QueryBuilderMixin.${op}`, operation.signature, [args, kwargs]);
    result = operation.run(result, bound, () => {
      if (!canWrite) throw new PythonError("RuntimeError", `\`${op}()\` requires write=True transaction.`);
    });
  }
  return result instanceof Selection ? [...result.items()].map(answerOf) : answerOf(result);
}

/** A key with what is stored there; the value is one that can be packed. */
interface V2Item {
  readonly key: string;
  readonly data: unknown;
  /** For the answer: packed already. */
  readonly packed: unknown;
}

/** Items that later steps work on, read when they are needed. Without items it is the whole shelf. */
class Selection {
  constructor(
    readonly shelf: Shelf,
    private readonly selected: Iterable<V2Item> | undefined,
  ) {}

  get isBase(): boolean {
    return this.selected === undefined;
  }

  items(): Iterable<V2Item> {
    return this.selected ?? itemsAt(this.shelf, this.shelf.keys(), "mdb_cursor_get");
  }

  narrow(keep: (item: V2Item) => boolean): Selection {
    return new Selection(this.shelf, filterItems(this.items(), keep));
  }

  with(items: Iterable<V2Item>): Selection {
    return new Selection(this.shelf, items);
  }

  /** Changes every item. */
  change(op: string, make: (item: V2Item) => unknown): Selection {
    const items = [...this.items()];
    if (items.length === 0) throw new PythonError("RuntimeError", `\`${op}()\` requires existing selection.`);
    return this.with(items.map((item) => write(this.shelf, item.key, make(item))));
  }
}

/** A pair, a number, a list of booleans or null end a query; a selection goes on. */
type Result = Selection | V2Item | number | readonly boolean[] | null;

interface Operation {
  readonly signature: Signature;
  readonly run: (selection: Selection, args: Arguments, checkWrite: () => void) => Result;
}

const operations: Readonly<Record<string, Operation>> = {
  query: { signature: { required: [] }, run: (selection) => selection },
  key: {
    signature: { required: ["key"] },
    run: (selection, args) => {
      const key = keyOf(args["key"]);
      if (!selection.isBase) return selection.narrow((item) => item.key === key);
      return selection.with([...itemsAt(selection.shelf, [key], "mdb_get")]);
    },
  },
  key_range: {
    signature: { required: ["start", "end"] },
    run: (selection, args) => {
      const [start, stop] = [keyOf(args["start"]), keyOf(args["end"])];
      const { shelf } = selection;
      if (selection.isBase) return selection.with(itemsAt(shelf, shelf.keys({ start, stop }), "mdb_get"));
      return selection.narrow(({ key }) => compareCodePoints(start, key) <= 0 && compareCodePoints(key, stop) < 0);
    },
  },
  keys_in: {
    signature: { required: ["keys"] },
    run: (selection, args) => {
      if (!selection.isBase) throw new PythonError("RuntimeError", "`keys_in()` requires the base shelf.");
      const keys = iterate(args["keys"]).map(keyOf);
      return selection.with([...itemsAt(selection.shelf, keys, "mdb_cursor_get")]);
    },
  },
  filter: {
    signature: { required: [], optional: ["filter_"] },
    run: (selection, args) => selection.narrow(testOf(args["filter_"])),
  },
  slice: {
    signature: { required: ["start", "stop"], optional: ["step"] },
    run: (selection, args) => {
      checkSlice(args);
      return selection.with(sliceItems(selection.items(), args));
    },
  },
  first: {
    signature: { required: [], optional: ["filter_"] },
    run: (selection, args) => {
      const [first = null] = filterItems(selection.items(), testOf(args["filter_"]));
      return first;
    },
  },
  count: { signature: { required: [] }, run: (selection) => [...selection.items()].length },
  put: {
    signature: { required: ["key", "data"] },
    run: (selection, args, checkWrite) => {
      const [key, data] = [keyOf(args["key"]), dictOf(args["data"])];
      checkWrite();
      return selection.with([write(selection.shelf, key, data)]);
    },
  },
  put_many: {
    signature: { required: ["items"] },
    run: ({ shelf }, args, checkWrite) => {
      const pairs = iterate(args["items"]).map(pairOf);
      checkWrite();
      for (const [key, data] of pairs) write(shelf, key, data);
      return null;
    },
  },
  update: {
    signature: { required: ["data"] },
    run: (selection, args, checkWrite) => {
      const changes = dictOf(args["data"]);
      checkWrite();
      return selection.change("update", ({ data }) => new Map([...dictOf(data), ...changes]));
    },
  },
  replace: {
    signature: { required: ["data"] },
    run: (selection, args, checkWrite) => {
      const data = dictOf(args["data"]);
      checkWrite();
      return selection.change("replace", () => data);
    },
  },
  edit: {
    signature: { required: ["func"] },
    run: (selection, args, checkWrite) => {
      checkWrite();
      const edit = args["func"];
      return selection.change("edit", ({ key, data }) => {
        if (!(edit instanceof ShelfFunction)) throw notCallable(edit);
        return dictOf(edit.edit([key, data]));
      });
    },
  },
  delete: {
    signature: { required: [] },
    run: (selection, _, checkWrite) => {
      checkWrite();
      return [...selection.items()].map(({ key }) => selection.shelf.delete(key));
    },
  },
};

/** The items that are there, one after the other. */
function* itemsAt(shelf: Shelf, keys: Iterable<string>, action: string): Generator<V2Item> {
  for (const key of keys) {
    const stored = shelf.get(key, action);
    if (stored) yield { key, data: stored.load(), packed: stored.packed };
  }
}

function* filterItems(items: Iterable<V2Item>, keep: (item: V2Item) => boolean): Generator<V2Item> {
  for (const item of items) if (keep(item)) yield item;
}

function testOf(filter: unknown): (item: V2Item) => boolean {
  if (filter === undefined || filter === null) return () => true;
  return ({ key, data }) => {
    if (!(filter instanceof ShelfFunction)) throw notCallable(filter);
    return filter.test([key, data]);
  };
}

/** The answer is what was sent, not what could be read again. */
function write(shelf: Shelf, key: string, data: unknown): V2Item {
  return { key, data, packed: shelf.put(key, data, "mdb_put").packed };
}

function answerOf(result: V2Item | number | readonly boolean[] | null): unknown {
  return typeof result === "object" && result !== null && "key" in result ? [result.key, result.packed] : result;
}

function keyOf(value: unknown): string {
  if (typeof value === "string") return value;
  throw new PythonError("TypeError", "Key must be a str instance.");
}

function dictOf(value: unknown): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value;
  throw new PythonError("TypeError", "Data must be a dict instance.");
}

function pairOf(value: unknown): [key: string, data: unknown] {
  const items: unknown = value instanceof PickleTuple ? value.items : value;
  if (Array.isArray(items) && items.length === 2) return [keyOf(items[0]), dictOf(items[1])];
  throw new PythonError("TypeError", "Each item must be a (key, data) pair.");
}

function notCallable(value: unknown): PythonError {
  return new PythonError("TypeError", `'${pythonType(value)}' object is not callable`);
}
