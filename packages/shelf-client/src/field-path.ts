import type { Float } from "./wire/float.js";

/** What a shelf can hold. */
export type ShelfValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Float
  | readonly ShelfValue[]
  | { readonly [key: string]: ShelfValue | undefined };

/** The names of fields that lead into `T`, joined by dots; any string where `T` has no fixed fields. */
export type FieldPath<T, Depth extends readonly unknown[] = []> = Depth["length"] extends 6
  ? never
  : unknown extends T
    ? string
    : T extends Leaf
      ? never
      : T extends object
        ? string extends keyof T
          ? string
          : { [K in keyof T & string]: K | `${K}.${FieldPath<T[K], [...Depth, 0]>}` }[keyof T & string]
        : never;

/** The type of what stands at a path of `T`. */
export type ValueAt<T, Path extends string> = unknown extends T
  ? ShelfValue
  : T extends Leaf
    ? never
    : T extends object
      ? string extends keyof T
        ? ShelfValue
        : Path extends keyof T
          ? T[Path]
          : Path extends `${infer First}.${infer Rest}`
            ? First extends keyof T
              ? ValueAt<T[First], Rest>
              : never
            : never
      : never;

type Leaf = null | undefined | boolean | number | bigint | string | Uint8Array | Float | readonly unknown[];

/**
 * The names that a path joins by dots; an array of names may hold dots itself.
 *
 * @throws TypeError if a name is empty.
 */
export function fieldNames(path: string | readonly string[]): readonly string[] {
  const names = typeof path === "string" ? path.split(".") : path;
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string" && name !== "")) {
    throw new TypeError(`Cannot use the path ${JSON.stringify(path)}: it must be names of fields, joined by dots`);
  }
  return [...names];
}
