import { type CallObserver, deliveryOf } from "@pumice/client-core";
import {
  AppendConditionError,
  AppendOutcomeUnknownError,
  type EventsClient,
  type NewEvent,
  PumiceError,
  tagged,
} from "@pumice/events-client";
import type { SeededRandom } from "../seeded-random.ts";
import { type AppendResult, appendProblems } from "./append-problems.ts";

export interface AppendPlan {
  /** Makes a client; there are as many at work as lanes, each with one append at a time. */
  readonly connect: (observer: CallObserver) => EventsClient;
  readonly lanes: number;
  /** Goes on until so many appends have lost at least one answer. */
  readonly hits: number;
  readonly random: SeededRandom;
  /** Ends the faults, lets what was held back arrive, and gives a client that sees what is stored. */
  readonly settle: () => Promise<EventsClient>;
}

export interface AppendReport {
  readonly appends: number;
  /** Appends that have lost at least one answer. */
  readonly hits: number;
  readonly outcomes: Readonly<Record<AppendResult["outcome"], number>>;
  /** What must not happen, in words. */
  readonly problems: readonly string[];
}

/** Appends under conditions, alone or against rivals for the same tag, while answers are lost; then looks what is stored. */
export async function appendWithoutAnswers(plan: AppendPlan): Promise<AppendReport> {
  const { connect, lanes, random, settle } = plan;
  const results: AppendResult[] = [];
  let begun = 0;
  let hits = 0;
  const work = async (): Promise<void> => {
    let isHit = false;
    const onAttempt: CallObserver["onAttempt"] = ({ error }) => {
      if (error && deliveryOf(error) === "unknown") isHit = true;
    };
    await using events = connect({ onAttempt });
    while (hits < plan.hits) {
      isHit = false;
      const number = begun++;
      // Every other one has two rivals.
      const tag = number % 2 === 0 ? `own:${number}` : `rivals:${Math.floor(number / 6)}`;
      const batch = Array.from({ length: random.integer(1, 3) }, () => ({
        type: "T",
        tags: [tag],
        uuid: crypto.randomUUID(),
      }));
      results.push(await appendOnce(events, batch, tag));
      if (isHit) hits += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));

  await using quiet = await settle();
  const { events: stored } = await quiet.read().collect();
  const outcomes = { stored: 0, conflict: 0, unknown: 0, unsent: 0 };
  for (const { outcome } of results) outcomes[outcome] += 1;
  const problems = appendProblems(results, stored);
  // One in a thousand, or a single one where there are fewer.
  if (outcomes.unknown > Math.max(hits / 1000, 1)) problems.push(`${outcomes.unknown} outcomes are not known`);
  return { appends: results.length, hits, outcomes, problems };
}

async function appendOnce(events: EventsClient, batch: readonly NewEvent[], tag: string): Promise<AppendResult> {
  const about = { tag, uuids: batch.map(({ uuid = "" }) => uuid) };
  try {
    const position = await events.append(batch, { failIfMatch: tagged(tag) });
    return { ...about, outcome: "stored", position };
  } catch (error) {
    if (error instanceof AppendConditionError) return { ...about, outcome: "conflict" };
    if (error instanceof AppendOutcomeUnknownError) return { ...about, outcome: "unknown" };
    if (error instanceof PumiceError && deliveryOf(error) === "never sent") return { ...about, outcome: "unsent" };
    throw error;
  }
}
