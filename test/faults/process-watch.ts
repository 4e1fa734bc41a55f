import { setTimeout as sleep } from "node:timers/promises";

const WATCHED = ["unhandledRejection", "uncaughtExceptionMonitor", "warning"] as const;

/** Notes what reaches the process instead of a caller. */
export class ProcessWatch implements Disposable {
  readonly problems: string[] = [];
  readonly #listeners = WATCHED.map((event) => ({
    event,
    listener: (what: unknown) => {
      this.problems.push(`${event}: ${what instanceof Error ? (what.stack ?? what.message) : String(what)}`);
    },
  }));

  constructor() {
    for (const { event, listener } of this.#listeners) process.on(event, listener);
  }

  [Symbol.dispose](): void {
    for (const { event, listener } of this.#listeners) process.off(event, listener);
  }
}

/** What keeps the process alive, each kind with its count. */
export function activeResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo().sort()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Waits until nothing more keeps the process alive than `before`; says what still does after `limitMs`. */
export async function resourcesLeft(before: Record<string, number>, limitMs: number): Promise<string[]> {
  const endsAt = performance.now() + limitMs;
  for (;;) {
    const left = Object.entries(activeResources()).filter(([kind, count]) => count > (before[kind] ?? 0));
    if (left.length === 0 || performance.now() > endsAt) return left.map(([kind, count]) => `${count} ${kind}`);
    await sleep(5);
  }
}
