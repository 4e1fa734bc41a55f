import { validate } from "@pumice/client-core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ShelfCallOptions } from "./call.js";
import { Change } from "./change.js";
import { checkKey, checkString } from "./check-name.js";
import type { Action, Plan, PlanResult, RawItem, Stage } from "./plan.js";
import { PythonExpression } from "./python-expression.js";
import type { ShelfItem, Test } from "./query-types.js";
import { SortKey, sortBy } from "./sort-key.js";
import { Predicate, where } from "./where.js";
import { formCall } from "./wire/form.js";
import type { PickleCall } from "./wire/pickle-objects.js";

/** Something to be done with a shelf, and how its result is read. */
export interface Entry<R> {
  readonly name: Action["kind"];
  plan(): Plan | Promise<Plan>;
  read(result: PlanResult): R | Promise<R>;
}

/** The shelf that a query is about, and who carries it out: at once, or as a part of a batch. */
export interface Target {
  readonly shelf: string;
  readonly schema: StandardSchemaV1 | undefined;
  /** Gives a promise, or an entry of a batch. */
  run(entry: Entry<unknown>, options: ShelfCallOptions | undefined): unknown;
}

/** What shelves and queries have in common; the interfaces in query-types.ts say which of it a user sees. */
export abstract class SelectionBuilder {
  constructor(
    protected readonly target: Target,
    protected readonly stages: readonly Stage[],
  ) {}

  protected abstract with(stage: Stage): SelectionBuilder;

  key(key: string): SelectionBuilder {
    return this.with({ kind: "key", key: checkKey(key) });
  }

  keyRange(start: string, stop?: string): SelectionBuilder {
    const end = stop === undefined ? undefined : checkString(stop, "end of the range");
    return this.with({ kind: "range", start: checkString(start, "start of the range"), stop: end });
  }

  keysIn(keys: readonly string[]): SelectionBuilder {
    return this.with({ kind: "keysIn", keys: [...keys].map(checkKey) });
  }

  filter(test: Test<never>): SelectionBuilder {
    return this.with({ kind: "filter", test: testCall(test) });
  }

  slice(start: number, stop?: number, step?: number): SelectionBuilder {
    for (const [name, value, least] of [
      ["start", start, 0],
      ["stop", stop, 0],
      ["step", step, 1],
    ] as const) {
      if (value === undefined && name !== "start") continue;
      if (Number.isSafeInteger(value) && Number(value) >= least) continue;
      throw new RangeError(`Cannot slice: ${name} must be a whole number >= ${least}, got ${value}`);
    }
    return this.with({ kind: "slice", start, stop: stop ?? null, step: step ?? null });
  }

  asc(): SelectionBuilder {
    return this.with({ kind: "direction", descending: false });
  }

  desc(): SelectionBuilder {
    return this.with({ kind: "direction", descending: true });
  }

  sort(by?: string | SortKey | PythonExpression, { reverse = false }: { reverse?: boolean } = {}): SelectionBuilder {
    return this.with({ kind: "sort", by: by === undefined ? null : sortCall(by), reverse });
  }

  toArray(options?: ShelfCallOptions): unknown {
    return this.run({ kind: "list" }, (items) => this.decodeAll(items as readonly RawItem[]), options);
  }

  first(options?: ShelfCallOptions): unknown {
    return this.run({ kind: "first" }, (item) => this.decodeOne(item as RawItem | undefined), options);
  }

  item(options?: ShelfCallOptions): unknown {
    return this.run({ kind: "item" }, (item) => this.decodeOne(item as RawItem), options);
  }

  count(options?: ShelfCallOptions): unknown {
    return this.run({ kind: "count" }, plain, options);
  }

  exists(options?: ShelfCallOptions): unknown {
    return this.run({ kind: "exists" }, plain, options);
  }

  keys(options?: ShelfCallOptions): unknown {
    return this.run({ kind: "keys" }, plain, options);
  }

  async *items(options?: ShelfCallOptions): AsyncGenerator<ShelfItem<unknown>> {
    const items = this.run({ kind: "list" }, plain, options) as Promise<readonly RawItem[]>;
    for (const item of await items) {
      const decoded = await this.decodeOne(item);
      if (decoded) yield decoded;
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<ShelfItem<unknown>> {
    return this.items();
  }

  protected run(action: Action, read: (result: PlanResult) => unknown, options: ShelfCallOptions | undefined): unknown {
    const plan: Plan = { shelf: this.target.shelf, stages: this.stages, action };
    return this.target.run({ name: action.kind, plan: () => plan, read }, options);
  }

  /** For actions whose arguments are checked when they run, so that what is wrong rejects. */
  protected prepared(
    name: Action["kind"],
    action: () => Action | Promise<Action>,
    read: (result: never) => unknown,
    options: ShelfCallOptions | undefined,
  ): unknown {
    const { target, stages } = this;
    const plan = async () => ({ shelf: target.shelf, stages, action: await action() });
    return target.run({ name, plan, read: read as (result: unknown) => unknown }, options);
  }

  protected async decodeOne(item: RawItem | undefined): Promise<ShelfItem<unknown> | undefined> {
    const { schema, shelf } = this.target;
    if (!item || !schema) return item;
    const data = await validate(schema, item.data, `data of item ${JSON.stringify(item.key)} in shelf "${shelf}"`);
    return { key: item.key, data };
  }

  private async decodeAll(items: readonly RawItem[]): Promise<unknown> {
    if (!this.target.schema) return items;
    const decoded: unknown[] = [];
    for (const item of items) decoded.push(await this.decodeOne(item));
    return decoded;
  }
}

/** Checks what is to be stored; what is stored is the input, not what the schema makes of it. */
export async function checkData({ schema, shelf }: Target, data: unknown, key?: string): Promise<unknown> {
  const which = key === undefined ? "new data" : `data of item ${JSON.stringify(key)}`;
  if (schema) await validate(schema, data, `${which} in shelf "${shelf}"`);
  return data;
}

/** The callable of changes, or Python's. */
export function changeCall(change: Change | readonly Change[] | PythonExpression): PickleCall {
  if (change instanceof PythonExpression) return change.call;
  const changes = change instanceof Change ? [change] : change;
  if (!Array.isArray(changes) || !changes.every((each) => each instanceof Change)) {
    throw new TypeError("Cannot edit: it takes changes like set() or increment(), or a pythonExpression()");
  }
  return formCall(["edit", changes.map(({ form }) => form)]);
}

/** For results that are what they are. */
export const plain = (result: PlanResult): unknown => result;

function testCall(test: Test<never>): PickleCall {
  if (test instanceof PythonExpression) return test.call;
  const predicate = test instanceof Predicate || typeof test !== "function" ? test : test(where);
  if (!(predicate instanceof Predicate)) {
    throw new TypeError(
      "Cannot filter: it takes a predicate of where(), or a pythonExpression(), which the server runs",
    );
  }
  return formCall(["filter", predicate.form]);
}

function sortCall(by: string | SortKey | PythonExpression): PickleCall {
  if (by instanceof PythonExpression) return by.call;
  const key = by instanceof SortKey ? by : sortBy(by);
  return formCall(["sort", key.operands]);
}
