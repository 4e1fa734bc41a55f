import type { Event, Query, QueryItem } from "@pumice/stubs/umadb";

/** True if any item of the query matches; a query without items, or none at all, matches everything. */
export function matchesQuery(query: Query | undefined, event: Event): boolean {
  if (!query || query.items.length === 0) return true;
  return query.items.some((item) => matchesItem(item, event));
}

/** Any of the types, if there are some, and all of the tags. */
function matchesItem({ types, tags }: QueryItem, event: Event): boolean {
  if (types.length > 0 && !types.includes(event.eventType)) return false;
  return tags.every((tag) => event.tags.includes(tag));
}
