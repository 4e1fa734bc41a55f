import { type FieldPath, fieldNames, type ShelfValue, type ValueAt } from "./field-path.js";
import type { Operand, PredicateForm } from "./wire/form.js";
import { portablePattern } from "./wire/portable-pattern.js";

/**
 * A test of an item, which the server runs. It is data, never code: what it compares with cannot become part of a
 * program. A slow one stops every client of the server, which has one thread.
 */
export class Predicate {
  /** As it travels; the package's `wire` door documents it. */
  constructor(readonly form: PredicateForm) {}

  /** Holds if this and all the others hold. */
  and(...others: readonly Predicate[]): Predicate {
    return new Predicate(["all", [this, ...others].map(formOf)]);
  }

  /** Holds if this or one of the others holds. */
  or(...others: readonly Predicate[]): Predicate {
    return new Predicate(["any", [this, ...others].map(formOf)]);
  }

  /** Holds where this does not, also where the field is missing. */
  not(): Predicate {
    return new Predicate(["not", this.form]);
  }
}

/** Holds where `predicate` does not, also where the field is missing. */
export function not(predicate: Predicate): Predicate {
  return predicate.not();
}

/**
 * A field of an item, or its key, to be tested.
 *
 * A field that is missing fits no test but {@link Field.missing} and {@link Field.ne}. Kinds do not mix: a bool is no
 * number, `1` is not `"1"`, and only numbers are compared with numbers and strings with strings. Whole floats equal
 * integers. Strings are ordered by code point. NaN equals nothing.
 */
export class Field<V = ShelfValue> {
  constructor(private readonly operand: Operand) {}

  /** Equal; lists and objects by all that is in them. `null` is a value like any other. */
  eq(value: V): Predicate {
    return new Predicate(["eq", this.operand, value]);
  }

  /** Not equal, or missing. */
  ne(value: V): Predicate {
    return this.eq(value).not();
  }

  /** Equal to one of the values. */
  in(values: readonly V[]): Predicate {
    return new Predicate(["in", this.operand, [...values]]);
  }

  lt(value: Ordered<V>): Predicate {
    return new Predicate(["lt", this.operand, value]);
  }

  lte(value: Ordered<V>): Predicate {
    return new Predicate(["le", this.operand, value]);
  }

  gt(value: Ordered<V>): Predicate {
    return new Predicate(["gt", this.operand, value]);
  }

  gte(value: Ordered<V>): Predicate {
    return new Predicate(["ge", this.operand, value]);
  }

  /** A string that begins with one of the prefixes. */
  startsWith(...prefixes: readonly string[]): Predicate {
    return new Predicate(["starts", this.operand, prefixes]);
  }

  /** A string that ends with one of the suffixes. */
  endsWith(...suffixes: readonly string[]): Predicate {
    return new Predicate(["ends", this.operand, suffixes]);
  }

  /** A list with an element that equals the value, or a string with the string inside. */
  contains(value: Element<V>): Predicate {
    return new Predicate(["contains", this.operand, value]);
  }

  /**
   * A string somewhere in which the expression matches. It is read as with the flag `u`; `i` ignores the case of ASCII
   * letters only.
   *
   * @throws TypeError for what JavaScript and Python do not share: backreferences, lookbehind, named groups, `\B`,
   * `\p`, and the flags `g`, `m`, `v` and `y`.
   */
  matches(expression: RegExp): Predicate {
    return new Predicate(["matches", this.operand, portablePattern(expression)]);
  }

  /** There is such a field, also if it holds null. */
  exists(): Predicate {
    return new Predicate(["exists", this.operand]);
  }

  /** There is no such field. */
  missing(): Predicate {
    return this.exists().not();
  }
}

/** Names a field of a typed shelf's items. */
export interface Where<T> {
  <P extends FieldPath<T>>(path: P): Field<Exclude<ValueAt<T, P>, undefined>>;
  /** The item's key. */
  readonly key: Field<string>;
}

/** Names a field by its path: `where("address.city")`; an array of names where a name holds a dot. */
export const where: ((path: string | readonly string[]) => Field) & { readonly key: Field<string> } = Object.assign(
  (path: string | readonly string[]): Field => new Field(fieldNames(path)),
  { key: new Field<string>(null) },
);

/** What can be compared with `<`. */
export type Ordered<V> = Extract<V, number | bigint | string | { readonly value: number }>;

/** What a list of type `V` holds, or a part of a string. */
export type Element<V> = V extends readonly (infer Item)[] ? Item : V extends string ? string : never;

function formOf(predicate: Predicate): PredicateForm {
  if (!Array.isArray(predicate?.form)) throw new TypeError("Cannot combine: it takes predicates that where() has made");
  return predicate.form;
}
