import type { Query } from "@pumice/stubs/umadb";

/** Where the events with a tag are. Only tags are indexed, as in the real server. */
export class TagIndex {
  private readonly positions = new Map<string, number[]>();

  /** Positions must be added in ascending order. */
  add(tags: readonly string[], position: number): void {
    for (const tag of new Set(tags)) {
      const known = this.positions.get(tag);
      if (known) known.push(position);
      else this.positions.set(tag, [position]);
    }
  }

  /**
   * The positions from `from` to `through` that may match a query, ascending and each once; undefined if it needs a
   * scan, because it has an item without tags or no items.
   */
  candidates(query: Query | undefined, from: number, through: number): readonly number[] | undefined {
    if (!query || query.items.length === 0) return undefined;
    if (query.items.some(({ tags }) => tags.length === 0)) return undefined;
    const lists = query.items.map(({ tags }) => between(this.rarest(tags), from, through));
    const [only = [], ...others] = lists;
    if (others.length === 0) return only;
    return [...new Set(lists.flat())].sort((a, b) => a - b);
  }

  /** All tags have to be there: the shortest list of positions holds every match. */
  private rarest(tags: readonly string[]): readonly number[] {
    const lists = tags.map((tag) => this.positions.get(tag) ?? []);
    return lists.reduce((rarest, list) => (list.length < rarest.length ? list : rarest));
  }
}

function between(sorted: readonly number[], from: number, through: number): readonly number[] {
  return sorted.slice(firstNotBelow(sorted, from), firstNotBelow(sorted, through + 1));
}

function firstNotBelow(sorted: readonly number[], bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
