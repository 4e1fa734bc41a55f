/** One thing that is wrong with a value. */
export interface SchemaProblem {
  /** In the schema library's words. */
  readonly message: string;
  /** Keys from the value down to what is wrong; empty for the value itself. */
  readonly path: readonly PropertyKey[];
}

/**
 * A value does not fit its schema: on the way in nothing was sent, on the way out something else is stored.
 *
 * `instanceof` holds between the ES module and the CommonJS copy of this package.
 */
export class SchemaError extends TypeError {
  static readonly brand: symbol = Symbol.for("@pumice/client-core/SchemaError");
  override readonly name: string = "SchemaError";
  /** What the value is: `value of key "user:1" in family "users"`. */
  readonly where: string;
  /** All that is wrong with it. */
  readonly problems: readonly SchemaProblem[];

  constructor(where: string, problems: readonly SchemaProblem[]) {
    super(`Cannot use the ${where}: it does not fit its schema: ${problems.map(inWords).join("; ")}`);
    this.where = where;
    this.problems = problems;
    Object.defineProperty(this, SchemaError.brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass of the caller's own has no brand: the prototype chain decides.
    if (!Object.hasOwn(this, "brand")) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && this.brand in value;
  }
}

function inWords({ message, path }: SchemaProblem): string {
  return path.length === 0 ? message : `${pathInWords(path)}: ${message}`;
}

/** As one would write it in code: `address.lines[0]["post code"]`. */
function pathInWords(path: readonly PropertyKey[]): string {
  return path
    .map((key, depth) => {
      if (typeof key === "string" && /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key))
        return depth === 0 ? key : `.${key}`;
      return typeof key === "string" ? `[${JSON.stringify(key)}]` : `[${String(key)}]`;
    })
    .join("");
}
