const brand = Symbol.for("@pumice/shelf-client/Float");

/**
 * A number that stays a float on the wire, also when it is whole.
 *
 * JavaScript has one kind of number, Python two: a plain `1` is sent as an int, `float(1)` as 1.0.
 */
export class Float {
  constructor(readonly value: number) {
    if (typeof value !== "number") throw new TypeError(`Cannot make a float: it takes a number, got ${typeof value}`);
    Object.defineProperty(this, brand, { value: true });
  }

  // Also true for the class of another copy of this package.
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }

  valueOf(): number {
    return this.value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** Marks a number as a float, so that whole ones do not become integers. */
export function float(value: number): Float {
  return new Float(value);
}
