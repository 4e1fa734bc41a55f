import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ShelfCallOptions } from "./call.js";
import type { Change } from "./change.js";
import type { FieldPath, ShelfValue } from "./field-path.js";
import type { PythonExpression } from "./python-expression.js";
import type { SortKey } from "./sort-key.js";
import type { Predicate, Where } from "./where.js";

/** The two generations of ShelfDB's protocol: 2 is release 2.0.0, 3 is release 3. */
export type Protocol = 2 | 3;

/** What runs at once, or is put into a batch first. */
export type Mode = "now" | "batch";

/** A promise of a result, or an entry of a batch that will have one. */
export type Answer<R, M extends Mode> = M extends "now" ? Promise<R> : BatchEntry<R>;

/** An operation that runs as a part of a batch. */
export interface BatchEntry<R> {
  /** Never there: it gives the entry's result a type. */
  readonly result?: R;
}

/** An item of a shelf. */
export interface ShelfItem<T> {
  readonly key: string;
  readonly data: T;
}

/** An item that was changed. */
export interface ChangedItem {
  readonly key: string;
}

/** A test that the server makes: of `where()`, of a function that gets a `where` typed by the shelf, or of Python. */
export type Test<In> = Predicate | PythonExpression | ((where: Where<In>) => Predicate);

/** What a shelf and a query over it have in common, whatever the generation. */
export interface Selection<In, Out, P extends Protocol, M extends Mode> {
  /** Keeps the items that pass. Items that hold null are left out by the third generation. */
  filter(test: Test<In>): Query<In, Out, P, M>;
  /**
   * Keeps the items at positions `start` to `stop`, `stop` not included, as `Array.prototype.slice` does.
   *
   * @param stop - Absent: to the end.
   * @param step - Keeps every `step`-th one.
   * @throws RangeError for negative positions, which ShelfDB does not know.
   */
  slice(start: number, stop?: number, step?: number): Query<In, Out, P, M>;
  /** All items, with their data, in one answer. Reading is safe to repeat. */
  toArray(options?: ShelfCallOptions): Answer<ShelfItem<Out>[], M>;
  /** The first item, or undefined. */
  first(options?: ShelfCallOptions): Answer<ShelfItem<Out> | undefined, M>;
  /** How many items there are. */
  count(options?: ShelfCallOptions): Answer<number, M>;
  /** Whether there is an item. */
  exists(options?: ShelfCallOptions): Answer<boolean, M>;
}

/** A query, immutable: each stage gives a new one. Stages are taken from the left to the right. */
export type Query<In, Out, P extends Protocol = Protocol, M extends Mode = "now"> = QueryBase<In, Out, P, M> &
  (2 extends P ? Narrowing<In, Out, P, M> : unknown) &
  (3 extends P ? Ordering<In, Out, P, M> : unknown) &
  (M extends "now" ? Iteration<Out> : unknown);

/** A shelf: a named collection of items. */
export type Shelf<In = ShelfValue, Out = In, P extends Protocol = Protocol, M extends Mode = "now"> = ShelfBase<
  In,
  Out,
  P,
  M
> &
  (2 extends P ? { keysIn: Narrowing<In, Out, P, M>["keysIn"] } : unknown) &
  (3 extends P ? Ordering<In, Out, P, M> : unknown) &
  (M extends "now" ? Iteration<Out> : unknown);

/** What writes to the items that a query selects. */
export interface QueryBase<In, Out, P extends Protocol, M extends Mode> extends Selection<In, Out, P, M> {
  /**
   * Sets the fields of `fields` in each item. Several items change together or not at all.
   *
   * @returns The keys of the items that changed; none if the query selects none. In a batch of the second generation,
   * selecting none is an error instead.
   * @throws TypeError if `fields` is no plain object; ShelfServerError if an item holds none. The third generation
   * leaves items out that hold null.
   */
  update(fields: Partial<In>, options?: ShelfCallOptions): Answer<ChangedItem[], M>;
  /** Replaces what each item holds; otherwise like `update`. */
  replace(data: In, options?: ShelfCallOptions): Answer<ChangedItem[], M>;
  /**
   * Makes changes in each item, one after the other: `edit([set("done", true), increment("revision")])`. Python may
   * return a whole new value instead. Otherwise like `update`; not checked against a schema.
   */
  edit(change: Change | readonly Change[] | PythonExpression, options?: ShelfCallOptions): Answer<ChangedItem[], M>;
  /** Deletes the items and says how many there were. */
  delete(options?: ShelfCallOptions): Answer<number, M>;
}

/** What the second generation has, and the third has not. */
export interface Narrowing<In, Out, P extends Protocol, M extends Mode> {
  /** Keeps the item with this key. */
  key(key: string): Query<In, Out, P, M>;
  /** Keeps the items whose keys are `start` or above and below `stop`. */
  keyRange(start: string, stop?: string): Query<In, Out, P, M>;
  /**
   * On a shelf: the items with these keys, in this order, one as often as its key is there. On a query: keeps those of
   * its items, in the query's order.
   */
  keysIn(keys: readonly string[]): Query<In, Out, P, M>;
}

/** What the third generation has, and the second has not. */
export interface Ordering<In, Out, P extends Protocol, M extends Mode> {
  /** Reads the keys from the lowest on, which is the default; wherever it stands, the last of asc and desc wins. */
  asc(): Query<In, Out, P, M>;
  /** Reads the keys from the highest on, before every other stage. */
  desc(): Query<In, Out, P, M>;
  /**
   * Sorts the items; equal ones keep their order. Items that hold null are left out.
   *
   * @param by - A field's path, what `sortBy()` made, or Python for a key. Absent: by key.
   */
  sort(
    by?: FieldPath<In> | SortKey | PythonExpression,
    options?: { readonly reverse?: boolean | undefined },
  ): Query<In, Out, P, M>;
  /** The keys alone; the server loads no data for them. */
  keys(options?: ShelfCallOptions): Answer<string[], M>;
  /**
   * The only item.
   *
   * @throws NotFoundError if there is none, ShelfServerError `FailedPrecondition` if there are several.
   */
  item(options?: ShelfCallOptions): Answer<ShelfItem<Out>, M>;
}

/** Reading item by item. All of them come in one answer, which is asked for with the first. */
export interface Iteration<Out> extends AsyncIterable<ShelfItem<Out>> {
  items(options?: ShelfCallOptions): AsyncIterable<ShelfItem<Out>>;
}

/** What a shelf has besides its queries. */
export interface ShelfBase<In, Out, P extends Protocol, M extends Mode> extends Selection<In, Out, P, M> {
  readonly name: string;
  /** All items as a query; needed only to delete or change them all. */
  all(): Query<In, Out, P, M>;
  /** The item with this key, as a query. */
  key(key: string): Query<In, Out, P, M>;
  /**
   * The items whose keys are `start` or above and below `stop`, as a query. Keys are ordered by code point.
   *
   * @param stop - Absent: to the end.
   */
  keyRange(start: string, stop?: string): Query<In, Out, P, M>;
  /** The item with this key, or undefined. Reading is safe to repeat. */
  get(key: string, options?: ShelfCallOptions): Answer<ShelfItem<Out> | undefined, M>;
  /**
   * Stores an item, whatever was there before. Putting the same again does no harm.
   *
   * @param key - 1 to 511 bytes of UTF-8.
   * @param data - The second generation stores objects only. Whole numbers become integers unless made by `float()`;
   * properties that are undefined are left out.
   * @throws TypeError or RangeError for data that ShelfDB cannot hold, with its path; SchemaError if it does not fit.
   * @throws OutcomeUnknownError if no answer came: it may be stored.
   */
  put(key: string, data: In, options?: ShelfCallOptions): Answer<void, M>;
  /** Stores several items, all or none; of two with the same key the later one stays. Otherwise like `put`. */
  putMany(items: Iterable<ShelfItem<In>>, options?: ShelfCallOptions): Answer<void, M>;
}

/** What a shelf's data must be. */
export interface ShelfOptions<S extends StandardSchemaV1> {
  /**
   * Checked on the way in, where the input is stored, and again on the way out, which gives the schema's output.
   * Of `update` only the whole that comes out is checked, when it is read.
   */
  readonly data: S;
}
