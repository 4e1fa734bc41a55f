import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import type { PumiceError } from "@pumice/client-core";
import { Calls } from "./call.js";
import { ConnectionFailure } from "./connection/connection-failure.js";
import { AnsweredError, shelfError } from "./errors.js";

const calls = () => new Calls(shelfError);

test("Calls leaves nothing behind on the caller's signal", async () => {
  const { signal } = new AbortController();
  assert.equal(await calls().run("get", { signal }, async () => 1), 1);
  await assert.rejects(
    calls().run("get", { signal }, async () => Promise.reject(new TypeError("mine"))),
    /mine/,
  );
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("Calls lets any number of calls share a signal", async (t) => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => warnings.push(name);
  process.on("warning", onWarning);
  t.after(() => process.off("warning", onWarning));
  const { signal } = new AbortController();
  const client = calls();
  await Promise.all(Array.from({ length: 20 }, () => client.run("get", { signal }, async () => await nextTurn())));
  assert.deepEqual(warnings, []);
});

test("Calls checks its options before anything runs", async () => {
  const run = async () => assert.fail("it ran");
  for (const timeoutMs of [0, -1, Number.NaN, 2 ** 31, "5"]) {
    await assert.rejects(calls().run("get", { timeoutMs: timeoutMs as number }, run), RangeError);
  }
  await assert.rejects(calls().run("get", { signal: {} as AbortSignal }, run), TypeError);
  await assert.rejects(calls().run("get", { signal: AbortSignal.abort(new Error("no")) }, run), {
    code: Code.Canceled,
  });
  assert.equal(await calls().run("get", { timeoutMs: Number.POSITIVE_INFINITY }, async () => 1), 1);
});

test("shelfError() tells a write that may have happened from one that cannot have", async () => {
  const fail = (isUncertain: boolean) =>
    calls().run("put", {}, async (call) => {
      call.isUncertain = isUncertain;
      call.attempts = 1;
      throw new ConnectionFailure("lost", "gone");
    });
  await assert.rejects(fail(true), {
    kind: "outcome-unknown",
    code: Code.Unavailable,
    attempts: 1,
    rpc: "shelfdb/put",
  });
  await assert.rejects(fail(true), (error: PumiceError) => Number(error.elapsedMs) >= 0);
  await assert.rejects(fail(false), { kind: "call", rawMessage: "Cannot put: gone" });
});

test("shelfError() chooses the code by what ShelfDB and LMDB write themselves", async () => {
  const texts: [string | undefined, string, Code][] = [
    [undefined, "mdb_put: MDB_MAP_FULL: Environment mapsize limit reached", Code.ResourceExhausted],
    ["MapFullError", "mdb_put: MDB_MAP_FULL", Code.ResourceExhausted],
    [undefined, "mdb_txn_begin: MDB_READERS_FULL: ...", Code.ResourceExhausted],
    ["BadValsizeError", "mdb_put: MDB_BAD_VALSIZE: ...", Code.InvalidArgument],
    ["RuntimeError", "`put()` requires write=True transaction.", Code.FailedPrecondition],
    ["ReadonlyError", "mdb_dbi_open: Permission denied", Code.NotFound],
    ["ValueError", "Unsupported query op: sort", Code.InvalidArgument],
    [undefined, "expected exactly one selected item, found many", Code.FailedPrecondition],
    [undefined, "can not serialize 'set' object", Code.InvalidArgument],
    ["KeyError", "'nope'", Code.Unknown],
    [undefined, "division by zero", Code.Unknown],
  ];
  for (const [type, message, code] of texts) {
    const answer = type === undefined ? { message } : { type, message };
    const call = calls().run("edit", {}, async () => Promise.reject(new AnsweredError(answer)));
    await assert.rejects(call, { kind: "shelf-server", code, serverType: type, serverMessage: message }, message);
  }
});
