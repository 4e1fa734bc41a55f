import type { StoredEvent } from "@pumice/events-client";

/** What a caller was told of an append, and what to know it by. */
export interface AppendResult {
  readonly tag: string;
  readonly uuids: readonly string[];
  readonly outcome: "stored" | "conflict" | "unknown" | "unsent";
  /** Of the last event, if it was stored. */
  readonly position?: bigint;
}

/** What the store says against what callers were told; each append was under the condition that its tag is new. */
export function appendProblems(results: readonly AppendResult[], stored: readonly StoredEvent[]): string[] {
  const problems: string[] = [];
  const positions = new Map<string, bigint[]>();
  for (const { uuid = "", position } of stored) positions.set(uuid, [...(positions.get(uuid) ?? []), position]);
  const tagsStored = new Map<string, number>();
  let expected = 0;

  for (const { tag, uuids, outcome, position } of results) {
    const found = uuids.flatMap((uuid) => positions.get(uuid) ?? []);
    const tell = (problem: string): void => {
      problems.push(`${tag}, told as ${outcome}${position === undefined ? "" : ` at ${position}`}: ${problem}`);
    };
    if (new Set(uuids.filter((uuid) => positions.has(uuid))).size < found.length) tell(`stored twice, at ${found}`);
    else if (found.length > 0 && found.length < uuids.length) tell(`stored in part, at ${found}`);
    else if (outcome === "stored") {
      const wanted = uuids.map((_, index) => (position ?? 0n) - BigInt(uuids.length - 1 - index));
      if (found.join() !== wanted.join()) tell(`it is at ${found}`);
    } else if (outcome !== "unknown" && found.length > 0) tell(`it is at ${found}`);
    if (found.length > 0) tagsStored.set(tag, (tagsStored.get(tag) ?? 0) + 1);
    expected += found.length;
  }
  for (const { tag, outcome } of results) {
    if (outcome === "conflict" && !tagsStored.has(tag)) problems.push(`${tag}, told as conflict: with nothing`);
  }
  for (const [tag, count] of tagsStored) if (count > 1) problems.push(`${tag}: ${count} rivals are stored`);
  if (expected !== stored.length) problems.push(`${stored.length} events are stored, ${expected} were appended`);
  return problems;
}
