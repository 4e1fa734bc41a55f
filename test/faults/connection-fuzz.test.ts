import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { usedBytes } from "../support/used-bytes.ts";
import { faultPlan } from "./fault-plan.ts";
import { mutateBytes, splitBytes } from "./mutate-bytes.ts";
import type { Conversation } from "./record-conversations.ts";
import { Replay } from "./replay.ts";
import { SeededRandom } from "./seeded-random.ts";

const fixture = join(import.meta.dirname, "../fixtures/http2-server-conversations.json");
const conversations: readonly Conversation[] = JSON.parse(readFileSync(fixture, "utf8"));
const recorded = conversations.map(({ base64 }) => Buffer.from(base64, "base64"));
const STREAMS = 6;
/** A thousand times what a run takes. */
const MAX_RUN_MS = 2000;
/** What a client says of its own accord, besides answers no longer than what they answer. */
const MAX_ANSWER_BYTES = 65_536;
/** Connections that are kept to see what they hold. */
const KEPT = 200;
const MAX_HELD_BYTES = 400_000;

test("Http2Connection ends every call of a recorded conversation, whole or byte by byte", () => {
  for (const [i, bytes] of recorded.entries()) {
    const whole = new Replay(STREAMS);
    whole.feed([bytes]);
    const split = new Replay(STREAMS);
    split.feed(Array.from(bytes, (byte) => Buffer.of(byte)));
    assert.deepEqual(split.events, whole.events, conversations[i]?.name);
    for (const replay of [whole, split]) replay.end();
    assert.deepEqual([...whole.problems, ...split.problems], []);
    assert.ok(whole.events.filter((event) => event.includes("grpc-status")).length >= 4, conversations[i]?.name);
    assert.ok(!whole.events.some((event) => event.startsWith("broken")), conversations[i]?.name);
  }
});

test("Http2Connection does not throw, hang or hoard, whatever the server says", { timeout: 3_600_000 }, (context) => {
  const { runs, seed } = faultPlan(20_000);
  const ends = new Map<string, number>();
  const kept: Replay[] = [];
  let longestMs = 0;

  for (let run = 0; run < runs; run++) {
    const random = new SeededRandom(seed + run);
    const bytes = mutateBytes(random.pick(recorded), recorded, random);
    const startedAt = performance.now();
    const problems = run % 4 === 0 ? compareSplits(bytes, random) : disturbed(bytes, random, ends);
    const tookMs = performance.now() - startedAt;
    longestMs = Math.max(longestMs, tookMs);
    if (tookMs > MAX_RUN_MS) problems.push(`took ${tookMs} ms`);
    assert.deepEqual(problems, [], `PUMICE_FAULT_SEED=${seed + run} repeats it in its first run`);
  }

  const usedAtFirst = usedBytes();
  for (let run = 0; run < KEPT; run++) {
    const random = new SeededRandom(seed + run);
    const replay = new Replay(STREAMS);
    replay.feed(splitBytes(mutateBytes(random.pick(recorded), recorded, random), random));
    replay.events.length = 0;
    kept.push(replay);
  }
  const held = (usedBytes() - usedAtFirst) / kept.length;
  context.diagnostic(
    `seed ${seed}, ${runs} runs, the longest ${longestMs.toFixed(1)} ms, ${Math.round(held)} bytes a connection: ${JSON.stringify(
      Object.fromEntries([...ends].sort(([, a], [, b]) => b - a)),
    )}`,
  );
  assert.ok(held < MAX_HELD_BYTES, `a connection holds ${held} bytes`);
  assert.ok(ends.size > 8, "hardly anything went wrong");
});

/** The same bytes in one piece and in many: the events must be the same. */
function compareSplits(bytes: Buffer, random: SeededRandom): string[] {
  const whole = new Replay(STREAMS);
  whole.feed([bytes]);
  const split = new Replay(STREAMS);
  split.feed(splitBytes(bytes, random));
  whole.end();
  split.end();
  const problems = [...whole.problems, ...split.problems];
  const differs = whole.events.findIndex((event, i) => event !== split.events[i]);
  if (differs >= 0 || whole.events.length !== split.events.length) {
    problems.push(`split, "${split.events[differs]}" instead of "${whole.events[differs]}"`);
  }
  return problems;
}

/** In pieces, with a client that does something in between. */
function disturbed(bytes: Buffer, random: SeededRandom, ends: Map<string, number>): string[] {
  const replay = new Replay(STREAMS);
  const chunks = splitBytes(bytes, random);
  const probability = Math.min(1, 4 / chunks.length);
  replay.feed(chunks, () => {
    if (random.chance(probability)) replay.disturb(random);
  });
  replay.end();
  if (replay.sentBytes > MAX_ANSWER_BYTES + bytes.length * 2) replay.problems.push(`sent ${replay.sentBytes} bytes`);
  const end = replay.events.find((event) => event.startsWith("broken"))?.replace(/\d+/g, "N") ?? "not broken";
  ends.set(end, (ends.get(end) ?? 0) + 1);
  return replay.problems;
}
