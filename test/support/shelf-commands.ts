import { formCall, PickleTuple } from "@pumice/shelf-client/wire";
import { SeededRandom } from "../faults/seeded-random.js";
import { randomForms } from "./shelf-forms.js";

/** Random commands of the third generation: most of them right, some wrong in every way that a pickle can say. */
export function randomCommands(seed: number) {
  const numbers = new SeededRandom(seed);
  const forms = randomForms(seed + 1);
  const pick = <T>(choices: readonly T[]): T => numbers.pick(choices);
  const shelves = [`${seed}-a`, `${seed}-é`, `${seed}-a\0x`];

  const odd = (): unknown =>
    pick([null, true, 5, 0.5, "", "ab", [], {}, { x: 1 }, Uint8Array.of(65), new PickleTuple(["a", 1])]);
  const or = (right: unknown, chance = 0.04): unknown => (numbers.chance(chance) ? odd() : right);
  const key = (): unknown => or(numbers.chance(0.03) ? pick(oddKeys) : pick(keys), 0.02);
  const value = (): unknown => forms.documents(1)[0]?.[1];
  const edge = (): unknown => or(pick([null, 0, 1, 2, 3, 7, -1]), 0.02);

  const op = (name: string, args: readonly unknown[]): unknown => {
    const least = { op: name, args: numbers.chance(0.02) ? args.slice(1) : args };
    if (numbers.chance(0.02)) return or({ ...least, kwargs: { key: "a" } });
    return or(numbers.chance(0.8) ? { ...least, kwargs: {} } : least, 0.01);
  };
  const operation = (): unknown => {
    const kind = pick(["asc", "desc", "key", "keys_range", "keys", "items", "filter", "slice", "sort", "filter"]);
    if (numbers.chance(0.01)) return op("frob", []);
    if (kind === "key") return op(kind, [key()]);
    if (kind === "keys_range") return op(kind, [key(), ...(numbers.chance(0.7) ? [or(key(), 0.2)] : [])]);
    if (kind === "filter") return op(kind, [or(formCall(["filter", forms.predicate()]), 0.1)]);
    if (kind === "slice") return op(kind, [edge(), ...(numbers.chance(0.7) ? [edge(), edge()] : [])]);
    if (kind !== "sort") return op(kind, []);
    const by = numbers.chance(0.7) ? formCall(["sort", forms.operands()]) : or(null);
    return op(kind, [by, ...(numbers.chance(0.3) ? [or(numbers.chance(0.5))] : [])]);
  };
  const action = (): unknown => {
    const kind = pick(["query", "query", "query", "count", "exists", "item", "put", "put_many", "update", "delete"]);
    if (numbers.chance(0.01)) return op("keys", []);
    if (kind === "put") return op(kind, [key(), or(value())]);
    if (kind === "put_many") {
      const pairs = Array.from({ length: numbers.integer(0, 4) }, () => or([key(), value()], 0.05));
      return op(kind, [or(numbers.chance(0.5) ? pairs : new PickleTuple(pairs))]);
    }
    if (kind === "update") return op(kind, [or(formCall(["edit", forms.changes()]), 0.1)]);
    return op(kind, []);
  };

  return {
    shelves,
    /** A command inside a transaction. */
    command: (): unknown => {
      const shelf = or(pick(shelves), 0.02);
      if (numbers.chance(0.3)) return { cmd: "put", shelf, key: key(), value: or(value()) };
      if (numbers.chance(0.15)) return { cmd: "get", shelf, key: key() };
      if (numbers.chance(0.03))
        return pick([{ cmd: "frob" }, {}, { cmd: "put", shelf }, { cmd: ["x"] }, { cmd: "query" }]);
      const ops = Array.from({ length: numbers.integer(0, 3) }, operation);
      return { cmd: "query", shelf, ops: or(ops, 0.02), action: or(action(), 0.02) };
    },
    chance: (probability: number): boolean => numbers.chance(probability),
  };
}

const keys = ["a", "b", "c", "k000", "10", "9", "é", "\ufffd", "😀"];
const oddKeys = ["", "k".repeat(511), "k".repeat(512)];
