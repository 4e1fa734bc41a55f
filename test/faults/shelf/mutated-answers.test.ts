import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "@msgpack/msgpack";
import { connectShelf, PumiceError, type ShelfClient } from "@pumice/shelf-client";
import { frame } from "@pumice/shelf-client/wire";
import { recordedExchanges } from "../../support/recorded-shelf.ts";
import { answering, replying, startScriptedShelf } from "../../support/scripted-shelf.ts";
import { faultPlan } from "../fault-plan.ts";
import { mutateBytes } from "../mutate-bytes.ts";
import { ProcessWatch } from "../process-watch.ts";
import { SeededRandom } from "../seeded-random.ts";

const limits = { timeoutMs: 100 };
const calls: readonly ((db: ShelfClient) => Promise<unknown>)[] = [
  (db) => db.shelf("s").toArray(limits),
  (db) => db.shelf("s").get("k", limits),
  (db) => db.shelf("s").count(limits),
  (db) => db.shelf("s").put("k", {}, limits),
  (db) => db.shelf("s").all().delete(limits),
  (db) => db.batch((batch) => [batch.shelf("s").put("k", {}), batch.shelf("s").first()], limits),
];

/** Answers of both generations to start from. */
const v2Answers = (await recordedExchanges()).map(({ response }) => response);
const item = { __shelfdb_type__: "item", key: "k", value: { n: [1, 2.5, "x", null] } };
const results = [3, true, item, [item, item], { mode: "write" }, { committed: true }, { key: "k", value: 1 }, []];
const v3Answers = [...results.map((result) => ({ ok: true, result })), { ok: false, error: "no" }].map((answer) =>
  Buffer.from(frame(encode(answer))),
);

for (const protocol of [2, 3] as const) {
  test(`shelf v${protocol}: changed answers end calls with a result or an error of the client's own`, {
    timeout: 3_600_000,
  }, async (context) => {
    const { runs, seed } = faultPlan(40);
    const answers = protocol === 2 ? v2Answers : v3Answers;
    let random = new SeededRandom(seed);
    const next = (): Buffer => {
      const answer = random.pick(answers);
      return random.chance(0.6) ? mutateBytes(answer, answers, random) : answer;
    };
    const serve = { 2: answering((_, socket) => socket.end(next())), 3: replying((_, socket) => socket.write(next())) };
    await using server = await startScriptedShelf(serve[protocol]);
    using watch = new ProcessWatch();
    const ends = new Map<string, number>();
    for (let run = 0; run < runs; run++) {
      random = new SeededRandom(seed + run);
      await using db = connectShelf(server.url, { protocol, readTimeoutMs: 50, maxAnswerBytes: 100_000 });
      for (const call of calls) {
        const end = await call(db).then(
          () => "a result",
          (error: unknown) => (error instanceof PumiceError ? error.kind : `not one of ours: ${String(error)}`),
        );
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
      const problems = [...watch.problems, ...[...ends.keys()].filter((end) => end.startsWith("not "))];
      assert.deepEqual(problems, [], `PUMICE_FAULT_SEED=${seed + run} repeats it in its first run`);
    }
    context.diagnostic(`seed ${seed}, ${runs} runs: ${JSON.stringify(Object.fromEntries(ends))}`);
  });
}
