import { float, type ShelfValue } from "@pumice/shelf-client";
import { type ChangeForm, Float, type Operand, type PredicateForm } from "@pumice/shelf-client/wire";
import { SeededRandom } from "../faults/seeded-random.js";

/** Random documents, and what may be asked of them, from few enough pieces that questions often find something. */
export function randomForms(seed: number) {
  const numbers = new SeededRandom(seed);
  const random = (): number => numbers.next();
  const pick = <T>(items: readonly T[]): T => numbers.pick(items);
  const many = <T>(most: number, make: () => T): T[] => Array.from({ length: numbers.integer(0, most) }, make);

  const scalar = (): ShelfValue => pick(scalars);
  const value = (depth = 2): ShelfValue => {
    if (depth === 0 || random() < 0.5) return scalar();
    return random() < 0.4 ? many(3, () => value(depth - 1)) : dict(depth - 1);
  };
  const dict = (depth = 2): { [key: string]: ShelfValue } => {
    return Object.fromEntries(many(4, () => [pick(names), value(depth)]));
  };
  const path = (): string[] => [pick(names), ...many(random() < 0.3 ? 2 : 0, () => pick(names))];
  const operand = (): Operand => (random() < 0.15 ? null : random() < 0.05 ? [] : path());

  const predicate = (depth = 3): PredicateForm => {
    const kind = random();
    if (depth > 0 && kind < 0.15) return ["all", many(3, () => predicate(depth - 1))];
    if (depth > 0 && kind < 0.3) return ["any", many(3, () => predicate(depth - 1))];
    if (depth > 0 && kind < 0.4) return ["not", predicate(depth - 1)];
    const at = operand();
    const tests: (() => PredicateForm)[] = [
      () => ["exists", at],
      () => ["eq", at, value()],
      () => ["in", at, many(4, () => value(1))],
      () => [pick(["lt", "le", "gt", "ge"] as const), at, scalar()],
      () => [pick(["starts", "ends"] as const), at, many(2, () => pick(strings))],
      () => ["contains", at, value(1)],
      () => ["matches", at, pick(["^a", "[0-9]", "x$|k", "(?!)"])],
    ];
    return pick(tests)();
  };

  const change = (): ChangeForm => {
    const changes: (() => ChangeForm)[] = [
      () => ["set", path(), value()],
      () => ["unset", path()],
      () => ["increment", path(), pick([1, -1, 0.5, float(2), 10n])],
      () => ["push", path(), many(2, () => value(1))],
      () => ["merge", random() < 0.5 ? [] : path(), dict(1)],
    ];
    return pick(changes)();
  };

  const piece = (depth: number): string => {
    if (depth === 0 || random() < 0.6) return pick(pieces);
    const inside = many(3, () => piece(depth - 1) + pick(quantifiers)).join("");
    return pick([`(${inside})`, `(?:${inside}|${piece(depth - 1)})`, `(?=${inside})(?:)`, `(?!${inside})(?:)`]);
  };

  return {
    documents: (count: number): [string, { [key: string]: ShelfValue }][] =>
      Array.from({ length: count }, (_, index) => [`k${String(index).padStart(3, "0")}`, dict()]),
    predicate,
    operands: (): Operand[] => [operand(), ...many(2, operand)],
    changes: (): ChangeForm[] => [change(), ...many(2, change)],
    texts: (count: number): string[] => Array.from({ length: count }, () => many(6, () => pick(characters)).join("")),
    pattern: (): RegExp => new RegExp(many(4, () => piece(2) + pick(quantifiers)).join("") || "(?:)", pick(["", "s"])),
  };
}

/** What was read back from the server: `Map`s as objects, `Float`s as numbers. */
export function asPlain(value: unknown): unknown {
  if (value instanceof Float) return value.value;
  if (Array.isArray(value)) return value.map(asPlain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, asPlain(item)]));
  return value;
}

const names = ["a", "b", "n", "x.y", "é"];
const strings = ["", "a", "ab", "abc", "10", "x", "\ufffd", "😀", "k0"];
const scalars: readonly ShelfValue[] = [
  ...[null, true, false, 0, 1, -1, 2, 10, 0.5, -0, float(1), float(10), Number.NaN, Number.POSITIVE_INFINITY],
  ...[2 ** 53 - 1, 2n ** 53n, 2n ** 53n + 1n, float(2 ** 53), -(2n ** 63n), 1e300],
  ...strings,
  ...[Uint8Array.of(), Uint8Array.of(1), Uint8Array.of(1, 2)],
];
const characters = ["a", "b", "A", "0", "9", "_", "-", " ", "\u00a0", "\n", "\r", "\u2028", "é", "😀", ".", "^"];
const pieces = [
  ...[
    "a",
    "b",
    "A",
    "0",
    "é",
    "😀",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\D",
    "\\W",
    "\\S",
    "[ab]",
    "[^ab]",
    "[a-z0-9]",
    "[^\\s]",
  ],
  ...["\\.", "\\^", "\\n", "\\u00e9", "\\x41", "a|b", "[\\d_-]"],
];
const quantifiers = ["", "", "", "*", "+", "?", "{2}", "{1,2}?", "*?"];
