import assert from "node:assert/strict";
import { test } from "node:test";
import type { Transport } from "@connectrpc/connect";
import {
  CommitOutcomeUnknownError,
  ConflictError,
  connectLedger,
  memoryStateStore,
  OutcomeUnknownError,
  type StateStore,
} from "@pumice/ledger-client";
import { createReferenceServices } from "@pumice/reference-server";
import { alteredTransport } from "./altered-transport.js";

function open(stateStore = memoryStateStore()) {
  const { ledger: service } = createReferenceServices();
  const { transport, next } = alteredTransport(service.transport);
  let meanwhile: (() => Promise<unknown>) | undefined;
  const looking: Transport = {
    ...transport,
    async unary(method, ...rest) {
      const run = method.name === "History" ? meanwhile : undefined;
      if (run) meanwhile = undefined;
      await run?.();
      return transport.unary(method, ...rest);
    },
  };
  const user = { username: service.username, password: service.password };
  const ledger = connectLedger({ ...user, transport: looking, stateStore });
  const other = connectLedger({ ...user, transport: service.transport, stateStore: memoryStateStore() });
  /** What happens before the client looks for a write whose answer was lost. */
  const beforeLooking = (run: () => Promise<unknown>) => {
    meanwhile = run;
  };
  return { ledger, other, next, beforeLooking };
}

const isUnknown = (error: unknown) => {
  assert.ok(error instanceof CommitOutcomeUnknownError && error instanceof OutcomeUnknownError);
  assert.equal(error.kind, "commit-outcome-unknown");
  assert.match(error.rawMessage, /^Cannot tell whether it was written: /);
  assert.equal(error.attempts, 1);
  return true;
};

test("verifiedSet finds the write whose answer was lost, proves it, and gives its transaction", async () => {
  const { ledger, next } = open();
  await ledger.verifiedSet("key", "value"); // an equal write of before must not be taken for it
  next("VerifiableSet", "lose-answer");
  const commit = await ledger.verifiedSet("key", "value");
  assert.equal(commit.txId, 2n);
  assert.equal(commit.verified, true);
  assert.equal((await ledger.trustedState()).txId, 2n);
  next("VerifiableSet", "lose-answer");
  assert.equal((await ledger.verifiedSetAll({ a: "1", b: "2" })).entryCount, 2);
});

test("verifiedSet does not take a part of another transaction, or an older one, for its write", async () => {
  const { ledger, next } = open();
  await ledger.verifiedSet("key", "value");
  next("VerifiableSet", "lose-request");
  await assert.rejects(ledger.verifiedSet("key", "value"), isUnknown);
  await ledger.setAll({ key: "new", more: "x" });
  next("VerifiableSet", "lose-request");
  await assert.rejects(ledger.verifiedSet("key", "new"), isUnknown);
  assert.equal(await ledger.count(), 2n);
});

test("each write whose answer was lost is of unknown outcome, and is not made again", async () => {
  const { ledger, next } = open();
  await ledger.setAll({ a: "1", b: "2" });
  const writes: Record<string, () => Promise<unknown>> = {
    Set: () => ledger.set("c", "3"),
    Delete: () => ledger.delete("b"),
    ExecAll: () => ledger.execAll([{ set: ["d", "4"] }]),
    SetReference: () => ledger.setReference({ key: "r", target: "a" }),
    ZAdd: () => ledger.zAdd({ set: "s", score: 1, key: "a" }),
    VerifiableSetReference: () => ledger.verifiedSetReference({ key: "r", target: "a" }),
    VerifiableZAdd: () => ledger.verifiedZAdd({ set: "s", score: 2, key: "a" }),
  };
  for (const [rpc, write] of Object.entries(writes)) {
    const before = (await ledger.txScan({ desc: true, limit: 1 }).toArray())[0]?.txId ?? 0n;
    next(rpc, "lose-answer");
    await assert.rejects(write(), isUnknown, rpc);
    const [last] = await ledger.txScan({ desc: true, limit: 1 }).toArray();
    assert.equal(last?.txId, before + 1n, rpc);
  }
});

test("a plain write is found by what it wanted unmodified", async () => {
  const { ledger, next } = open();
  const { txId } = await ledger.set("key", "one");
  const options = { preconditions: [{ keyNotModifiedAfterTx: { key: "key", txId } }] };
  next("Set", "lose-answer");
  const commit = await ledger.set("key", "two", options);
  assert.equal(commit.txId, txId + 1n);
  assert.equal(commit.entryCount, 1);
});

test("a write that can no longer come to be is a conflict, one that may yet is not", async () => {
  const { ledger, other, next } = open();
  const { txId } = await ledger.set("key", "one");
  const options = { preconditions: [{ keyNotModifiedAfterTx: { key: "key", txId } }] };
  for (const [rpc, write] of [
    ["Set", () => ledger.set("new", "two", options)],
    ["VerifiableSet", () => ledger.verifiedSet("new", "two", options)],
  ] as const) {
    next(rpc, "lose-request");
    await assert.rejects(write(), isUnknown, rpc);
  }
  await other.set("key", "somebody else's");
  for (const [rpc, write] of [
    ["Set", () => ledger.set("new", "two", options)],
    ["VerifiableSet", () => ledger.verifiedSet("new", "two", options)],
  ] as const) {
    next(rpc, "lose-request");
    await assert.rejects(
      write(),
      (error) => error instanceof ConflictError && /nothing was written/.test(error.message),
    );
  }
  assert.equal(await ledger.get("new"), undefined);
});

test("a write that was made and cannot be seen is of unknown outcome, not a conflict", async () => {
  const { ledger, other, next, beforeLooking } = open();
  for (const [name, options] of [
    ["not indexed", { nonIndexable: true }],
    ["expired", { expiresAt: new Date(1000) }],
  ] as const) {
    for (const [rpc, write] of [
      ["Set", ledger.set],
      ["VerifiableSet", ledger.verifiedSet],
    ] as const) {
      const { txId } = await ledger.set("fence", "one");
      next(rpc, "lose-answer");
      beforeLooking(() => other.set("fence", "somebody else's"));
      const preconditions = [{ keyNotModifiedAfterTx: { key: "fence", txId } }];
      await assert.rejects(write("key", "value", { ...options, preconditions }), isUnknown, `${rpc}, ${name}`);
      assert.equal((await ledger.verifiedTxById(txId + 1n))?.entries.length, 1, "it was written");
    }
  }
});

test("a write is found behind any number of newer versions, and not taken for a conflict", async () => {
  const { ledger, other, next, beforeLooking } = open();
  const { txId } = await ledger.set("key", "one");
  next("Set", "lose-answer");
  beforeLooking(async () => {
    for (let count = 0; count < 2500; count++) await other.set("key", "newer");
  });
  const options = { preconditions: [{ keyNotModifiedAfterTx: { key: "key", txId } }] };
  assert.equal((await ledger.set("key", "two", options)).txId, txId + 1n);
});

test("a write is not taken for another's that wrote the same with another expiry", async () => {
  const { ledger, other, next, beforeLooking } = open();
  await ledger.verifiedSet("key", "one");
  next("VerifiableSet", "lose-request");
  beforeLooking(() => other.set("key", "two", { expiresAt: new Date(Date.UTC(2100, 0)) }));
  await assert.rejects(ledger.verifiedSet("key", "two"), isUnknown);
});

test("a write whose proof could not be fetched is of unknown outcome", async () => {
  const { ledger, next } = open();
  await ledger.verifiedSet("key", "one");
  next("VerifiableTxById", "lose-answer");
  const options = { retry: "never" } as const;
  const results = await Promise.allSettled([
    ledger.verifiedSet("a", "1", options),
    ledger.verifiedSet("b", "2", options),
  ]);
  const failed = results.filter((result) => result.status === "rejected");
  assert.equal(failed.length, 1);
  const [{ reason }] = failed as [PromiseRejectedResult];
  assert.ok(reason instanceof CommitOutcomeUnknownError);
  assert.match(reason.rawMessage, /^Cannot prove what was written: /);
  assert.equal((await ledger.verifiedGet("a"))?.text(), "1");
  assert.equal((await ledger.verifiedGet("b"))?.text(), "2");
});

test("a write whose proof the store could not keep is of unknown outcome, and nothing more is trusted", async () => {
  let isFull = false;
  const store = memoryStateStore();
  const stateStore: StateStore = {
    ...store,
    async set(key, state) {
      if (isFull) throw new Error("the disk is full");
      await store.set(key, state);
    },
  };
  const { ledger } = open(stateStore);
  const { txId } = await ledger.verifiedSet("key", "one");
  isFull = true;
  await assert.rejects(ledger.verifiedSet("key", "two"), (error) => {
    assert.ok(error instanceof CommitOutcomeUnknownError);
    assert.equal(error.rawMessage, "Cannot prove what was written: the disk is full");
    assert.equal(error.rpc, "immudb.schema.ImmuService/VerifiableSet");
    return true;
  });
  assert.equal((await ledger.trustedState()).txId, txId);
  isFull = false;
  assert.equal((await ledger.verifiedGet("key"))?.text(), "two");
});

test("a repeated write that meets its own earlier attempt is found, not taken for a conflict", async () => {
  const { ledger, next } = open();
  const options = { retry: "always", preconditions: [{ keyMustNotExist: "key" }] } as const;
  await ledger.set("other", "value");
  next("VerifiableSet", "lose-answer");
  assert.equal((await ledger.verifiedSet("key", "value", options)).txId, 2n);
  await ledger.delete("key");
  next("Set", "lose-answer");
  await assert.rejects(ledger.set("key", "value", options), CommitOutcomeUnknownError);
  assert.equal((await ledger.get("key"))?.text(), "value");
});

test("a write that was never sent has failed, with no doubt about it", async () => {
  const { ledger } = open();
  await assert.rejects(ledger.set("key", "v", { signal: AbortSignal.abort() }), { kind: "call", code: 1, attempts: 0 });
  assert.equal(await ledger.get("key"), undefined);
});
