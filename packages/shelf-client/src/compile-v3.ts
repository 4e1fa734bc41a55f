import { lacking } from "./compile-v2.js";
import { type Action, type Compiled, type Plan, type PlanResult, type Stage, writes } from "./plan.js";
import { listOf, malformed, marker } from "./read-answer.js";
import { formCall } from "./wire/form.js";
import { Named, PickleTuple } from "./wire/pickle-objects.js";
import { type Command, type Op, operation } from "./wire/v3-command.js";

/**
 * The command of a plan.
 *
 * @throws PumiceError `Unimplemented` for what the third generation lacks.
 */
export function compileV3(plan: Plan): Compiled<Command> {
  const { action } = plan;
  return { request: command(plan), writes: writes(action), read: (answer) => readV3(action, answer) };
}

/** What an action gives on a shelf that nobody has written to. */
export function emptyResult({ kind }: Action): PlanResult {
  if (kind === "count" || kind === "delete") return 0;
  if (kind === "exists") return false;
  return kind === "get" || kind === "first" || kind === "put" || kind === "putMany" ? undefined : [];
}

function command({ shelf, stages, action }: Plan): Command {
  if (action.kind === "get") return { cmd: "get", shelf, key: action.key };
  if (action.kind === "put") return { cmd: "put", shelf, key: action.key, value: new Named("data", action.data) };
  const isNarrowed = stages.some(({ kind }, index) => index > 0 && (kind === "key" || kind === "range"));
  if (isNarrowed) throw lacking("key() or keyRange() after another stage", 3);
  return { cmd: "query", shelf, ops: [...stages.map(stageOp), ...actionOps(action)], action: actionOp(action) };
}

function stageOp(stage: Stage): Op {
  switch (stage.kind) {
    case "key":
      return operation("key", stage.key);
    case "range":
      return operation("keys_range", stage.start, ...(stage.stop === undefined ? [] : [stage.stop]));
    case "keysIn":
      throw lacking("keysIn", 3);
    case "filter":
      return operation("filter", stage.test);
    case "slice":
      return operation("slice", stage.start, stage.stop, stage.step);
    case "direction":
      return operation(stage.descending ? "desc" : "asc");
    case "sort":
      return operation("sort", stage.by, stage.reverse);
  }
}

/** An item has no value until something loads it. */
function actionOps({ kind }: Action): Op[] {
  if (kind === "list") return [operation("items")];
  if (kind === "keys") return [operation("keys")];
  // In this order one that holds null, which loading leaves out, does not hide the next one.
  return kind === "first" ? [operation("items"), operation("slice", 0, 1, null)] : [];
}

function actionOp(action: Exclude<Action, { kind: "get" | "put" }>): Op {
  switch (action.kind) {
    case "list":
    case "keys":
    case "first":
      return operation("query");
    case "putMany":
      return operation(
        "put_many",
        action.items.map(({ key, data }, index) => new PickleTuple([key, new Named(`items[${index}].data`, data)])),
      );
    case "update":
      return operation("update", formCall(["edit", [["merge", [], new Named("data", action.data)]]]));
    case "replace":
      return operation("update", formCall(["edit", [["set", [], new Named("data", action.data)]]]));
    case "edit":
      return operation("update", action.change);
    default:
      return operation(action.kind);
  }
}

function readV3({ kind }: Action, answer: unknown): PlanResult {
  switch (kind) {
    case "count":
      return typeof answer === "number" ? answer : malformed("a count");
    case "exists":
      return typeof answer === "boolean" ? answer : malformed("a boolean");
    case "get":
      return stored(answer);
    case "item":
      return marker(answer, "item");
    case "first":
      return listOf(answer, "a list of items", (each) => marker(each, "item"))[0];
    case "list":
      return listOf(answer, "a list of items", (each) => marker(each, "item"));
    case "keys":
      return listOf(answer, "a list of items", (each) => marker(each, "item").key);
    case "put":
    case "putMany":
      return undefined;
    case "delete":
      return listOf(answer, "a list of mutations", (each) => marker(each, "mutation")).length;
    default:
      return listOf(answer, "a list of mutations", (each) => marker(each, "mutation"));
  }
}

function stored(answer: unknown): PlanResult {
  if (typeof answer !== "object" || answer === null || !("key" in answer)) return malformed("a key with its value");
  const { key } = answer;
  if (typeof key !== "string") return malformed("a key with its value");
  return { key, data: "value" in answer ? answer.value : undefined };
}
