/** A set of characters: ranges of code points, both ends included, in order and apart from each other. */
export type CodePointSet = readonly (readonly [first: number, last: number])[];

const lastCodePoint = 0x10ffff;

/** The union of ranges in any order. */
export function codePointSet(ranges: CodePointSet): CodePointSet {
  const merged: [number, number][] = [];
  for (const [first, last] of [...ranges].sort(([a], [b]) => a - b)) {
    const open = merged.at(-1);
    if (open && first <= open[1] + 1) open[1] = Math.max(open[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** Every character that is not in the set. */
export function complement(set: CodePointSet): CodePointSet {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [first, last] of set) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= lastCodePoint) gaps.push([next, lastCodePoint]);
  return gaps;
}

/** With each ASCII letter in its other case, too. */
export function ignoringAsciiCase(set: CodePointSet): CodePointSet {
  const swapped = set.flatMap((range) => [shifted(range, 0x41, 0x5a, 32), shifted(range, 0x61, 0x7a, -32)]);
  return codePointSet([...set, ...swapped.filter(([first, last]) => first <= last)]);
}

function shifted([first, last]: readonly [number, number], low: number, high: number, by: number): [number, number] {
  return [Math.max(first, low) + by, Math.min(last, high) + by];
}
