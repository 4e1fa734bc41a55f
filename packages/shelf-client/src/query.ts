import type { ShelfCallOptions } from "./call.js";
import type { Change } from "./change.js";
import type { RawItem, Stage } from "./plan.js";
import type { PythonExpression } from "./python-expression.js";
import { changeCall, checkData, type Entry, plain, SelectionBuilder } from "./selection.js";

/** A selection that can be changed and deleted. */
export class QueryBuilder extends SelectionBuilder {
  protected override with(stage: Stage): QueryBuilder {
    return new QueryBuilder(this.target, [...this.stages, stage]);
  }

  update(fields: unknown, options?: ShelfCallOptions): unknown {
    return this.run({ kind: "update", data: fields }, keysOf, options);
  }

  replace(data: unknown, options?: ShelfCallOptions): unknown {
    const entry: Entry<unknown> = {
      name: "replace",
      plan: async () => ({
        shelf: this.target.shelf,
        stages: this.stages,
        action: { kind: "replace", data: await checkData(this.target, data) },
      }),
      read: keysOf,
    };
    return this.target.run(entry, options);
  }

  edit(change: Change | readonly Change[] | PythonExpression, options?: ShelfCallOptions): unknown {
    return this.run({ kind: "edit", change: changeCall(change) }, keysOf, options);
  }

  delete(options?: ShelfCallOptions): unknown {
    return this.run({ kind: "delete" }, plain, options);
  }
}

function keysOf(items: unknown): { key: string }[] {
  return (items as readonly RawItem[]).map(({ key }) => ({ key }));
}
