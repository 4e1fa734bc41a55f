import assert from "node:assert/strict";
import { test } from "node:test";
import { type FaultOptions, startReferenceServer } from "@pumice/reference-server";
import { decodeAnswer, encodePickle, queryRequest, step } from "@pumice/shelf-client/wire";
import { rawShelfRequest } from "../support/raw-shelf-request.js";
import { RawShelfSession } from "../support/raw-shelf-session.js";

const limit = { timeout: 30_000 };
const put = (key: string) => encodePickle(queryRequest("s", [step("put", key, { n: 1 })]));
const count = encodePickle(queryRequest("s", [step("count")]));
const begin = { cmd: "begin", mode: "write" };
const putOne = { cmd: "put", shelf: "s", key: "k", value: 1 };
const commit = { cmd: "commit" };
const countAll = { cmd: "query", shelf: "s", action: { op: "count" } };

async function startV2() {
  const server = await startReferenceServer();
  const { url, faults } = server.shelf.v2;
  return {
    faults,
    send: (bytes: Uint8Array) => rawShelfRequest(url, bytes).catch(() => Buffer.alloc(0)), // a reset is no answer
    countItems: async () => decodeAnswer(await rawShelfRequest(url, count)),
    [Symbol.asyncDispose]: () => server.close({ drainMs: 0 }),
  };
}

test(
  "faults of the in-memory v2: a dropped request has no effect, a dropped and a cut answer have",
  limit,
  async () => {
    await using v2 = await startV2();
    v2.faults.next("query", "dropRequest");
    assert.equal((await v2.send(put("a"))).length, 0);
    assert.equal(await v2.countItems(), 0);
    v2.faults.next("query", "dropAnswer");
    assert.equal((await v2.send(put("b"))).length, 0);
    assert.equal(await v2.countItems(), 1);
    v2.faults.next("query", "cutAnswer", { bytes: 3 });
    assert.equal((await v2.send(put("c"))).length, 3);
    v2.faults.next("query", "delay", { ms: 1 });
    assert.equal(await v2.countItems(), 2);
    assert.deepEqual(pickCounts(v2.faults.injected()), { dropRequest: 1, dropAnswer: 1, cutAnswer: 1, delay: 1 });
  },
);

test(
  "faults of the in-memory v2: a held request has its effect behind later ones, or when it is released",
  limit,
  async () => {
    await using v2 = await startV2();
    v2.faults.next("query", "holdRequest", { calls: 2 });
    assert.equal((await v2.send(put("late"))).length, 0);
    assert.equal(await v2.countItems(), 0);
    await v2.send(put("other"));
    assert.equal(await v2.countItems(), 2);
    v2.faults.next("query", "holdRequest", { calls: 1_000 });
    await v2.send(put("later"));
    assert.equal(await v2.countItems(), 2);
    await v2.faults.releaseHeld();
    assert.equal(await v2.countItems(), 3);
  },
);

test(
  "faults of the in-memory v3: what is lost before the commit is rolled back, the commit's answer is not",
  limit,
  async () => {
    await using server = await startReferenceServer();
    const { url, faults } = server.shelf.v3;
    for (const [rpc, kind, stored] of [
      ["begin", "dropAnswer", 0],
      ["put", "dropRequest", 0],
      ["put", "dropAnswer", 0],
      ["commit", "dropRequest", 0],
      ["commit", "cutAnswer", 1],
      ["commit", "dropAnswer", 1],
    ] as const) {
      faults.next(rpc, kind);
      using lost = await RawShelfSession.open(url);
      const answers = [];
      for (const command of [begin, { ...putOne, key: kind }, commit]) answers.push(await lost.send(command));
      assert.equal(answers.at(-1), undefined, `${kind} of ${rpc}`);
      using session = await RawShelfSession.open(url);
      await session.send(begin);
      const { result } = (await session.send(countAll)) as { readonly result: unknown };
      assert.equal(Number(result) > 0, stored > 0, `${kind} of ${rpc}`);
    }
  },
);

test(
  "faults of the in-memory v3: silence keeps the writer's place until the client goes, or the server closes",
  limit,
  async () => {
    const server = await startReferenceServer();
    const { url, faults } = server.shelf.v3;
    faults.next("put", "dropAnswer", { loss: "silence" });
    using silent = await RawShelfSession.open(url);
    await silent.send(begin);
    const unanswered = silent.send(putOne);
    using waiting = await RawShelfSession.open(url);
    const begun = waiting.send(begin);
    silent[Symbol.dispose]();
    assert.equal(await unanswered, undefined);
    assert.deepEqual(await begun, { ok: true, result: { mode: "write" } });
    faults.next("put", "dropRequest", { loss: "silence" });
    const last = waiting.send(putOne);
    await server.close();
    assert.equal(await last, undefined);
  },
);

test(
  "faults of the in-memory shelf: the n-th request of an rpc gets the same one from the same seed",
  limit,
  async () => {
    const draw = async (faults: FaultOptions) => {
      await using server = await startReferenceServer({ shelf: { v2: { faults } } });
      const { url } = server.shelf.v2;
      const lengths: number[] = [];
      for (let n = 0; n < 40; n++) lengths.push((await rawShelfRequest(url, put("k"))).length);
      return lengths.join(" ");
    };
    const rates = { cutAnswer: { rate: 0.5, bytes: 2 } };
    const first = await draw({ seed: 3, rates });
    assert.equal(await draw({ seed: 3, rates }), first);
    assert.notEqual(await draw({ seed: 4, rates }), first);
  },
);

test("faults of the in-memory shelf: what cannot go wrong there is refused", limit, async () => {
  await using server = await startReferenceServer();
  const { v2, v3 } = server.shelf;
  assert.throws(() => v2.faults.next("put", "delay"), /the rpcs are query, transaction/);
  assert.throws(
    () => v2.faults.next("query", "goAway"),
    /it can have dropRequest, dropAnswer, delay, cutAnswer, holdRe/,
  );
  assert.throws(() => v3.faults.next("put", "holdRequest"), /it can have dropRequest, dropAnswer, delay, cutAnswer$/);
  await assert.rejects(startReferenceServer({ shelf: { v2: { faults: { rates: { delay: 2 } } } } }), RangeError);
});

function pickCounts(injected: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(injected).filter(([, times]) => times > 0));
}
