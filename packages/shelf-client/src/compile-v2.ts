import { Code } from "@connectrpc/connect";
import { PumiceError } from "@pumice/client-core";
import { isPlainObject } from "./is-plain-object.js";
import { type Action, type Compiled, type Plan, type RawItem, type Stage, writes } from "./plan.js";
import { listOf, malformed, pair } from "./read-answer.js";
import { formCall } from "./wire/form.js";
import { Named, PickleTuple } from "./wire/pickle-objects.js";
import { type Step, step } from "./wire/v2-request.js";

/**
 * The steps of a plan.
 *
 * @throws PumiceError `Unimplemented` for what the second generation lacks.
 * @throws TypeError for data that is no dict, which it cannot store.
 */
export function compileV2({ stages, action }: Plan): Compiled<readonly Step[]> {
  return {
    request: [...stages.map(stageStep), ...actionSteps(action)],
    writes: writes(action),
    read: (answer) => readV2(action, answer),
  };
}

/** The error for what only the other generation has. */
export function lacking(what: string, protocol: 2 | 3): PumiceError {
  const message = `Cannot use ${what}: this server speaks protocol ${protocol}, it needs protocol ${5 - protocol}`;
  return new PumiceError(message, Code.Unimplemented, { rpc: `shelfdb/${what}`, attempts: 0 });
}

function stageStep(stage: Stage, index: number): Step {
  switch (stage.kind) {
    case "key":
      return step("key", stage.key);
    case "range": {
      const { start, stop } = stage;
      if (stop !== undefined) return step("key_range", start, stop);
      return step("filter", formCall(["filter", ["ge", null, start]])); // a range there needs an end
    }
    case "keysIn":
      if (index === 0) return step("keys_in", stage.keys);
      return step("filter", formCall(["filter", ["in", null, stage.keys]])); // keys_in there needs the whole shelf
    case "filter":
      return step("filter", stage.test);
    case "slice":
      return step("slice", stage.start, stage.stop, stage.step);
    case "direction":
      throw lacking(stage.descending ? "desc" : "asc", 2);
    case "sort":
      throw lacking("sort", 2);
  }
}

function actionSteps(action: Action): Step[] {
  switch (action.kind) {
    case "list":
      return [];
    case "get":
      return [step("key", action.key), step("first", null)];
    case "first":
    case "exists":
      return [step("first", null)];
    case "count":
    case "delete":
      return [step(action.kind)];
    case "put":
      return [step("put", action.key, checkDict(action.data, "data"))];
    case "putMany":
      return [
        step(
          "put_many",
          action.items.map(({ key, data }, index) => new PickleTuple([key, checkDict(data, `items[${index}].data`)])),
        ),
      ];
    case "update":
    case "replace":
      return [step(action.kind, checkDict(action.data, "data"))];
    case "edit":
      return [step("edit", action.change)];
    case "keys":
    case "item":
      throw lacking(action.kind, 2);
  }
}

function checkDict(data: unknown, name: string): unknown {
  if (isPlainObject(data)) return new Named(name, data);
  throw new TypeError(`Cannot send ${name}: ShelfDB 2 stores plain objects only`);
}

function readV2(action: Action, answer: unknown): ReturnType<Compiled<unknown>["read"]> {
  switch (action.kind) {
    case "count":
      return typeof answer === "number" ? answer : malformed("a count");
    case "exists":
      return itemOrNone(answer) !== undefined;
    case "first":
    case "get":
      return itemOrNone(answer);
    case "delete":
      return listOf(answer, "a list of booleans", (item) => item).filter((deleted) => deleted === true).length;
    case "put":
      listOf(answer, "a list of items", pair);
      return undefined;
    case "putMany":
      return answer === null ? undefined : malformed("nothing");
    default:
      return listOf(answer, "a list of items", pair);
  }
}

function itemOrNone(answer: unknown): RawItem | undefined {
  return answer === null ? undefined : pair(answer);
}
