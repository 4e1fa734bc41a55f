import type { PickleCall } from "./wire/pickle-objects.js";

/** What is asked of a shelf, in no generation's words yet. */
export interface Plan {
  readonly shelf: string;
  readonly stages: readonly Stage[];
  readonly action: Action;
}

/** Chooses or orders items; stages are taken from the left to the right. */
export type Stage =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "range"; readonly start: string; readonly stop: string | undefined }
  | { readonly kind: "keysIn"; readonly keys: readonly string[] }
  | { readonly kind: "filter"; readonly test: PickleCall }
  | { readonly kind: "slice"; readonly start: number; readonly stop: number | null; readonly step: number | null }
  | { readonly kind: "direction"; readonly descending: boolean }
  | { readonly kind: "sort"; readonly by: PickleCall | null; readonly reverse: boolean };

/** What happens to the items that the stages leave. */
export type Action =
  | { readonly kind: "list" | "keys" | "first" | "item" | "count" | "exists" | "delete" }
  | { readonly kind: "get"; readonly key: string }
  | { readonly kind: "put"; readonly key: string; readonly data: unknown }
  | { readonly kind: "putMany"; readonly items: readonly RawItem[] }
  | { readonly kind: "update" | "replace"; readonly data: unknown }
  | { readonly kind: "edit"; readonly change: PickleCall };

/** An item as it is stored. */
export interface RawItem {
  readonly key: string;
  readonly data: unknown;
}

/** What each action gives, whatever the generation: see {@link Action}. */
export type PlanResult = readonly RawItem[] | readonly string[] | RawItem | number | boolean | undefined;

/** A plan in one generation's words. */
export interface Compiled<Request> {
  readonly request: Request;
  readonly writes: boolean;
  /** Makes the action's result of the answer. Throws an Error if the answer has another shape. */
  readonly read: (answer: unknown) => PlanResult;
}

/** True for actions that change the shelf. */
export function writes({ kind }: Action): boolean {
  return ["put", "putMany", "update", "replace", "edit", "delete"].includes(kind);
}
