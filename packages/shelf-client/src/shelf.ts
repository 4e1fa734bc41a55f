import type { ShelfCallOptions } from "./call.js";
import { checkKey, checkShelfName } from "./check-name.js";
import type { Action, RawItem, Stage } from "./plan.js";
import { QueryBuilder } from "./query.js";
import { checkData, plain, SelectionBuilder, type Target } from "./selection.js";

/** A shelf: it selects, reads and puts; what changes or deletes goes through a query, so that nothing is emptied by accident. */
export class ShelfBuilder extends SelectionBuilder {
  readonly name: string;

  constructor(target: Target) {
    super(target, []);
    this.name = checkShelfName(target.shelf);
  }

  protected override with(stage: Stage): QueryBuilder {
    return new QueryBuilder(this.target, [stage]);
  }

  all(): QueryBuilder {
    return new QueryBuilder(this.target, []);
  }

  get(key: string, options?: ShelfCallOptions): unknown {
    const read = (item: unknown): unknown => this.decodeOne(item as RawItem | undefined);
    return this.prepared("get", () => ({ kind: "get", key: checkKey(key) }), read, options);
  }

  put(key: string, data: unknown, options?: ShelfCallOptions): unknown {
    const action = async (): Promise<Action> => ({
      kind: "put",
      key: checkKey(key),
      data: await checkData(this.target, data, key),
    });
    return this.prepared("put", action, plain, options);
  }

  putMany(items: Iterable<RawItem>, options?: ShelfCallOptions): unknown {
    const action = async (): Promise<Action> => {
      const checked: RawItem[] = [];
      for (const { key, data } of items) {
        checked.push({ key: checkKey(key), data: await checkData(this.target, data, key) });
      }
      return { kind: "putMany", items: checked };
    };
    return this.prepared("putMany", action, plain, options);
  }
}
