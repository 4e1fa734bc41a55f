import type { ShelfCallOptions } from "./call.js";
import type { Change } from "./change.js";
import { isPlainObject } from "./is-plain-object.js";
import type { Action, RawItem, Stage } from "./plan.js";
import type { PythonExpression } from "./python-expression.js";
import { changeCall, checkData, plain, SelectionBuilder } from "./selection.js";

/** A selection that can be changed and deleted. */
export class QueryBuilder extends SelectionBuilder {
  protected override with(stage: Stage): QueryBuilder {
    return new QueryBuilder(this.target, [...this.stages, stage]);
  }

  update(fields: unknown, options?: ShelfCallOptions): unknown {
    return this.prepared("update", () => ({ kind: "update", data: checkFields(fields) }), keysOf, options);
  }

  replace(data: unknown, options?: ShelfCallOptions): unknown {
    const action = async (): Promise<Action> => ({ kind: "replace", data: await checkData(this.target, data) });
    return this.prepared("replace", action, keysOf, options);
  }

  edit(change: Change | readonly Change[] | PythonExpression, options?: ShelfCallOptions): unknown {
    return this.run({ kind: "edit", change: changeCall(change) }, keysOf, options);
  }

  delete(options?: ShelfCallOptions): unknown {
    return this.run({ kind: "delete" }, plain, options);
  }
}

function checkFields(fields: unknown): unknown {
  if (isPlainObject(fields)) return fields;
  throw new TypeError("Cannot update: it takes an object of fields; replace() takes any data");
}

function keysOf(items: unknown): { key: string }[] {
  return (items as readonly RawItem[]).map(({ key }) => ({ key }));
}
