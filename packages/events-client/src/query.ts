import { checkText } from "@pumice/client-core";

/** Matches an event whose type is one of `types` (any, if there are none) and that has all `tags`. */
export interface EventQueryItem {
  readonly types?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Matches an event that any of its items matches; without items, every event. */
export interface EventQuery {
  readonly items: readonly EventQueryItem[];
}

/** Every event of the store. As an append condition: nothing at all may have happened since. */
export const everyEvent: EventQuery = Object.freeze({ items: Object.freeze([]) });

/**
 * Events with all of these tags, whatever their type.
 *
 * @throws TypeError without a tag: {@link everyEvent} says that.
 * @example
 * tagged("course:c1", "student:s1")
 */
export function tagged(...tags: readonly string[]): EventQuery {
  return queryOf([], tags);
}

/**
 * Events of one of these types that have all of these tags. Without tags the server scans its log, also in an append
 * condition.
 *
 * @throws TypeError without a type.
 * @example
 * ofType(["CourseDefined", "CourseCapacityChanged"], "course:c1")
 */
export function ofType(types: string | readonly string[], ...tags: readonly string[]): EventQuery {
  const list = typeof types === "string" ? [types] : types;
  if (list.length === 0) throw new TypeError("Cannot query: ofType() needs a type");
  return queryOf(list, tags);
}

/**
 * Events that any of these queries matches, each once.
 *
 * @throws TypeError without a query.
 * @example
 * anyOf(tagged("course:c1"), ofType("StudentSubscribed", "student:s1"))
 */
export function anyOf(...queries: readonly EventQuery[]): EventQuery {
  if (queries.length === 0) throw new TypeError("Cannot query: anyOf() needs a query, everyEvent is the one for all");
  if (queries.some(({ items }) => items.length === 0)) return everyEvent;
  return { items: queries.flatMap(({ items }) => items) };
}

function queryOf(types: readonly string[], tags: readonly string[]): EventQuery {
  if (types.length === 0 && tags.length === 0) {
    throw new TypeError("Cannot query: tagged() needs a tag, everyEvent is the query for all");
  }
  return { items: [{ types: texts(types, "types"), tags: texts(tags, "tags") }] };
}

/** True if a query matches an event. */
export function matches(
  query: EventQuery,
  event: { readonly type: string; readonly tags: readonly string[] },
): boolean {
  if (query.items.length === 0) return true;
  return query.items.some(
    ({ types = [], tags = [] }) =>
      (types.length === 0 || types.includes(event.type)) && tags.every((tag) => event.tags.includes(tag)),
  );
}

/**
 * A query of the caller's as a message; it may be written by hand.
 *
 * @throws TypeError if it is none, or if it has an item without types and tags: that would match everything.
 */
export function queryMessage(query: EventQuery): { items: { types: string[]; tags: string[] }[] } {
  if (!Array.isArray(query?.items)) {
    throw new TypeError("Cannot query: a query has items; make it by tagged(), ofType() or anyOf()");
  }
  return {
    items: query.items.map(({ types = [], tags = [] }) => {
      if (types.length === 0 && tags.length === 0) {
        throw new TypeError("Cannot query: an item has neither types nor tags, which matches everything");
      }
      return { types: texts(types, "types"), tags: texts(tags, "tags") };
    }),
  };
}

function texts(list: readonly string[], name: string): string[] {
  if (!Array.isArray(list)) throw new TypeError(`Cannot query: ${name} must be an array`);
  return list.map((text) => checkText(text, `${name} of a query`));
}
