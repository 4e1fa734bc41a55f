import { type CallOptions, checkCallOptions } from "@pumice/client-core";
import type { LedgerPages } from "./ledger-reads.js";

/** Results that the server gives at once, at most. */
export const maxPageSize = 2500;

/** A page of results. */
export interface Page<T, Cursor> {
  readonly items: readonly T[];
  /** Where the next page begins; undefined if this is the last one. */
  readonly next: Cursor | undefined;
}

/**
 * Results that are fetched page by page as they are read.
 *
 * @param fetch - Fetches the page from `next` on, or the first one, of at most `size` results.
 */
export function pages<T, Cursor>(
  options: CallOptions & { readonly limit?: number | undefined },
  fetch: (next: Cursor | undefined, size: number) => Promise<Page<T, Cursor>>,
): LedgerPages<T> {
  const { limit = Number.POSITIVE_INFINITY } = options;
  if (limit !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new RangeError(`Cannot scan: limit must be a whole number >= 0, or Infinity, got ${limit}`);
  }
  checkCallOptions(options);
  return {
    async *[Symbol.asyncIterator]() {
      let remaining = limit;
      let next: Cursor | undefined;
      while (remaining > 0) {
        const page = await fetch(next, Math.min(remaining, maxPageSize));
        yield* page.items;
        remaining -= page.items.length;
        next = page.next;
        if (next === undefined) return;
      }
    },
    async toArray() {
      const items: T[] = [];
      for await (const item of this) items.push(item);
      return items;
    },
  };
}
