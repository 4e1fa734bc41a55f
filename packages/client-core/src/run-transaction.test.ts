import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { ConflictError, OutcomeUnknownError, PumiceError, TransactionConflictError } from "./pumice-error.js";
import {
  type RunTransactionOptions,
  runTransaction,
  type TransactionAttempt,
  type TransactionRetry,
} from "./run-transaction.js";

const rpc = "kv.Service/Commit";
const conflict = () => new ConflictError("key a was written", Code.Aborted, { rpc, attempts: 1 });
const unknown = () => new OutcomeUnknownError("no answer came", Code.Unavailable, { rpc, attempts: 1 });
const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

/** A transaction that fails with one error after the other, then commits; it notes its attempts. */
function transaction(...errors: readonly unknown[]) {
  const attempts: TransactionAttempt[] = [];
  const run = async (attempt: TransactionAttempt): Promise<string> => {
    attempts.push(attempt);
    if (attempts.length <= errors.length) throw errors[attempts.length - 1];
    return "committed";
  };
  const start = (options: Partial<RunTransactionOptions> = {}) =>
    runTransaction(run, { rpc, baseDelayMs: 0, ...options });
  return { start, run, attempts };
}

test("runTransaction() runs it again from its start on a conflict, and returns its result", async () => {
  const { start, attempts } = transaction(conflict(), conflict());
  assert.equal(await start(), "committed");
  assert.deepEqual(
    attempts.map(({ number }) => number),
    [1, 2, 3],
  );
});

test("runTransaction() passes every other error through unchanged, at once", async () => {
  const lost = new PumiceError("Lost the connection", Code.Unavailable, { rpc, attempts: 1 });
  const ended = new TransactionConflictError("of another transaction", { rpc, attempts: 1, reasons: [] });
  for (const error of [new Error("mine"), lost, new ConnectError("bare", Code.Aborted), ended, "a string"]) {
    const { start, attempts } = transaction(error);
    await assert.rejects(start(), (thrown) => thrown === error);
    assert.equal(attempts.length, 1);
  }
});

test("runTransaction() throws TransactionConflictError with the reasons of all attempts when they run out", async () => {
  const errors = [conflict(), conflict(), conflict()];
  const { start, attempts } = transaction(...errors);
  await assert.rejects(start({ maxAttempts: 3 }), (error) => {
    assert.ok(error instanceof TransactionConflictError && error instanceof ConflictError);
    assert.deepEqual([error.code, error.rpc, error.attempts, error.cause], [Code.Aborted, rpc, 3, errors[2]]);
    assert.ok(error.reasons.every((reason, i) => reason === errors[i]) && error.reasons.length === 3);
    assert.match(error.rawMessage, /each of 3 attempts within \d+ ms met a conflict: key a was written$/);
    return true;
  });
  assert.equal(attempts.length, 3);
});

test("runTransaction() makes ten attempts unless told otherwise, and one with maxAttempts 1", async () => {
  const always = Array.from({ length: 20 }, conflict);
  await assert.rejects(transaction(...always).start(), { attempts: 10 });
  await assert.rejects(transaction(...always).start({ maxAttempts: 1 }), { attempts: 1, message: /its one attempt/ });
});

test("runTransaction() asks isConflict where it is given, and makes its reasons PumiceErrors", async () => {
  const busy = new Error("busy");
  const { start } = transaction(busy);
  await assert.rejects(start({ maxAttempts: 1, isConflict: (error) => error === busy }), (error) => {
    assert.ok(error instanceof TransactionConflictError);
    const [reason] = error.reasons;
    assert.ok(reason instanceof PumiceError && reason.cause === busy);
    return true;
  });
});

test("runTransaction() pauses with full jitter from 10 ms, up to maxDelayMs, and tells before each pause", async (t) => {
  t.mock.method(Math, "random", () => 0.5);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const errors = [conflict(), conflict(), conflict(), conflict()];
  const { run } = transaction(...errors);
  const told: TransactionRetry[] = [];
  const onRetry = (event: TransactionRetry) => {
    told.push(event);
    setImmediate(() => t.mock.timers.tick(event.pauseMs));
  };
  await runTransaction(run, { rpc, maxDelayMs: 30, onRetry });
  assert.deepEqual(
    told,
    [5, 10, 15, 15].map((pauseMs, i) => ({ attempt: i + 1, error: errors[i], pauseMs })),
  );
});

test("runTransaction() gives up rather than pause past its time", async (t) => {
  t.mock.method(Math, "random", () => 0.999);
  const { start, attempts } = transaction(conflict(), conflict());
  await assert.rejects(
    start({ timeoutMs: 60_000, baseDelayMs: 100_000, maxDelayMs: 100_000 }),
    TransactionConflictError,
  );
  assert.equal(attempts.length, 1);
});

test("runTransaction() ends a pause that its time runs out in", async (t) => {
  t.mock.method(Math, "random", () => 0.5);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let attempts = 0;
  const running = runTransaction(
    async () => {
      attempts += 1;
      t.mock.timers.tick(59_900);
      throw conflict();
    },
    { rpc, timeoutMs: 60_000, baseDelayMs: 1000, onRetry: () => void setImmediate(() => t.mock.timers.tick(100)) },
  );
  await assert.rejects(running, TransactionConflictError);
  assert.equal(attempts, 1);
});

test("runTransaction() fires its attempts' signal when the time is over, and still waits for the attempt", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let reason: unknown;
  const running = runTransaction(
    async ({ signal, remainingMs }) => {
      const left = remainingMs();
      assert.ok(left > 0 && left <= 5000);
      t.mock.timers.tick(5000);
      reason = signal.reason;
      return "committed all the same";
    },
    { rpc, timeoutMs: 5000 },
  );
  assert.equal(await running, "committed all the same");
  assert.ok(reason instanceof DOMException && reason.name === "TimeoutError");
});

test("runTransaction() has no time limit with Infinity", async () => {
  const before = timers();
  await runTransaction(
    async ({ remainingMs }) => {
      assert.equal(remainingMs(), Number.POSITIVE_INFINITY);
      assert.equal(timers(), before);
    },
    { rpc, timeoutMs: Number.POSITIVE_INFINITY },
  );
});

test("runTransaction() fires its attempts' signal when the caller aborts, and runs nothing again", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  let attempts = 0;
  const running = runTransaction(
    async ({ signal }) => {
      attempts += 1;
      controller.abort(reason);
      assert.equal(signal.reason, reason);
      throw conflict();
    },
    { rpc, signal: controller.signal, onRetry: () => assert.fail("told of a retry that never comes") },
  );
  await assert.rejects(running, (error) => {
    assert.ok(error instanceof PumiceError && !(error instanceof ConflictError));
    assert.deepEqual([error.code, error.rpc, error.attempts, error.cause], [Code.Canceled, rpc, 1, reason]);
    return true;
  });
  assert.equal(attempts, 1);
});

test("runTransaction() ends a pause when the caller aborts", async () => {
  const controller = new AbortController();
  const before = timers();
  const { start, attempts } = transaction(conflict());
  const onRetry = () => void setImmediate(() => controller.abort());
  const options = { signal: controller.signal, timeoutMs: Number.POSITIVE_INFINITY, onRetry };
  await assert.rejects(start({ ...options, baseDelayMs: 3_600_000, maxDelayMs: 3_600_000 }), { code: Code.Canceled });
  assert.equal(attempts.length, 1);
  assert.equal(timers(), before);
});

test("runTransaction() runs nothing under a signal that has fired already", async () => {
  const { start, attempts } = transaction();
  const signal = AbortSignal.abort(new DOMException("too late", "TimeoutError"));
  await assert.rejects(start({ signal }), { code: Code.DeadlineExceeded, attempts: 0 });
  assert.equal(attempts.length, 0);
});

test("runTransaction() returns what was committed though the caller has aborted meanwhile", async () => {
  const controller = new AbortController();
  const run = async () => {
    controller.abort();
    return "committed";
  };
  assert.equal(await runTransaction(run, { rpc, signal: controller.signal }), "committed");
});

test("runTransaction() leaves no timer and no listener behind", async () => {
  const { signal } = new AbortController();
  const before = timers();
  await transaction(conflict()).start({ signal });
  await assert.rejects(transaction(new Error("mine")).start({ signal }));
  assert.equal(timers(), before);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("runTransaction() never runs an unknown outcome again, also if isConflict would", async () => {
  const error = unknown();
  const { start, attempts } = transaction(error);
  await assert.rejects(start({ isConflict: () => true }), (thrown) => thrown === error);
  assert.equal(attempts.length, 1);
});

test("runTransaction() runs an unknown outcome again where the caller says that it is idempotent", async () => {
  const { start, attempts } = transaction(unknown());
  assert.equal(await start({ idempotent: true }), "committed");
  assert.equal(attempts.length, 2);
});

test("runTransaction() does not say conflict where an attempt may have been applied", async () => {
  const error = unknown();
  const { start } = transaction(conflict(), error, conflict());
  await assert.rejects(start({ idempotent: true, maxAttempts: 3 }), (thrown) => thrown === error);
});

test("runTransaction() does not hide an attempt that may have been applied behind a later abort or failed call", async () => {
  const error = unknown();
  const isUnknown = (thrown: unknown) => thrown === error;
  const down = new PumiceError("down", Code.Unavailable, { rpc: "kv.Service/Begin", attempts: 1 });
  await assert.rejects(transaction(error, down).start({ idempotent: true }), isUnknown);

  const inPause = new AbortController();
  const onRetry = () => void setImmediate(() => inPause.abort());
  const paused = { idempotent: true, signal: inPause.signal, onRetry, baseDelayMs: 60_000, maxDelayMs: 60_000 };
  await assert.rejects(transaction(error).start({ ...paused, timeoutMs: 3_600_000 }), isUnknown);

  const inCommit = new AbortController();
  const run = async () => {
    inCommit.abort();
    throw error;
  };
  await assert.rejects(runTransaction(run, { rpc, idempotent: true, signal: inCommit.signal }), isUnknown);

  const mine = new Error("mine");
  await assert.rejects(transaction(unknown(), mine).start({ idempotent: true }), (thrown) => thrown === mine);
});

test("runTransaction() runs the hooks of the attempt that committed, once, in order, after the commit", async () => {
  const log: string[] = [];
  const result = await runTransaction(
    async ({ number, onCommit }) => {
      onCommit(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`first hook of ${number}`);
      });
      onCommit(() => void log.push(`second hook of ${number}`));
      if (number === 1) throw conflict();
      log.push("commit");
      return "result";
    },
    { rpc, baseDelayMs: 0 },
  );
  assert.equal(result, "result");
  assert.deepEqual(log, ["commit", "first hook of 2", "second hook of 2"]);
});

test("runTransaction() runs no hook when the transaction fails", async () => {
  let hooks = 0;
  const run = async ({ onCommit }: TransactionAttempt) => {
    onCommit(() => void hooks++);
    throw unknown();
  };
  await assert.rejects(runTransaction(run, { rpc }), OutcomeUnknownError);
  assert.equal(hooks, 0);
});

test("runTransaction() keeps its result and the later hooks when a hook throws, and tells onHookError", async () => {
  const bug = new Error("a bug in a hook");
  const log: unknown[] = [];
  const run = async ({ onCommit }: TransactionAttempt) => {
    onCommit(() => {
      throw bug;
    });
    onCommit(() => void log.push("later hook"));
    return "result";
  };
  assert.equal(await runTransaction(run, { rpc, onHookError: (error) => log.push(error) }), "result");
  assert.deepEqual(log, [bug, "later hook"]);
});

test("runTransaction() refuses a hook that comes after its attempt", async () => {
  const { start, attempts } = transaction(conflict());
  await start();
  for (const attempt of attempts) assert.throws(() => attempt.onCommit(() => undefined), /its attempt is over/);
});

test("runTransaction() checks its options before it runs anything", async () => {
  const { start, attempts } = transaction();
  for (const options of [
    { maxAttempts: 0 },
    { maxAttempts: 1.5 },
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { baseDelayMs: -1 },
    { maxDelayMs: Number.NaN },
  ]) {
    await assert.rejects(start(options), RangeError);
  }
  assert.equal(attempts.length, 0);
});
