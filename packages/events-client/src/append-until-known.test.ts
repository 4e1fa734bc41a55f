import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { type CallObserver, ClientClosedError, type PumiceError, type WaitEvent } from "@pumice/client-core";
import { ErrorResponseSchema, ErrorResponse_ErrorType as ErrorType } from "@pumice/stubs/umadb";
import { appendUntilKnown } from "./append-until-known.js";
import { AppendConditionError, AppendOutcomeUnknownError, eventsError } from "./errors.js";

const call = { rpc: "umadb.v1.DCB/Append", attempts: 1 };
const answered = (code: Code, errorType?: ErrorType): PumiceError => {
  const details = errorType === undefined ? [] : [{ desc: ErrorResponseSchema, value: { errorType } }];
  return eventsError(new ConnectError("said no", code, { "grpc-status": String(code) }, details), call);
};
const lost = (): PumiceError => eventsError(new ConnectError("gone", Code.Unavailable), call);
const refused = (): PumiceError => {
  const error = new ConnectError("refused", Code.Unavailable);
  return eventsError(Object.defineProperty(error, Symbol.for("@pumice/never-sent"), { value: true }), call);
};

/** Answers attempts by outcomes, one after the other; the last one stays. */
function appending(
  outcomes: readonly (bigint | PumiceError)[],
  timeoutMs = 5000,
  signal?: AbortSignal,
  observer?: CallObserver,
) {
  let sent = 0;
  const send = async (): Promise<bigint> => {
    const outcome = outcomes[Math.min(sent++, outcomes.length - 1)];
    if (typeof outcome === "bigint") return outcome;
    throw outcome;
  };
  return { result: appendUntilKnown({ send, timeoutMs, signal, observer }), sent: () => sent };
}

test("appendUntilKnown() sends again until there is a position", async () => {
  const { result, sent } = appending([lost(), answered(Code.Unavailable), 7n]);
  assert.equal(await result, 7n);
  assert.equal(sent(), 3);
});

test("appendUntilKnown() takes a conflict for the outcome, also of the attempts before it", async () => {
  for (const outcomes of [[answered(Code.FailedPrecondition)], [lost(), answered(Code.FailedPrecondition)]]) {
    const { result, sent } = appending(outcomes);
    await assert.rejects(result, AppendConditionError);
    assert.equal(sent(), outcomes.length);
  }
});

test("appendUntilKnown() does not believe an answer that says nothing of an earlier attempt", async () => {
  const corruption = answered(Code.DataLoss, ErrorType.CORRUPTION);
  for (const later of [answered(Code.Unauthenticated), answered(Code.Aborted), corruption, refused()]) {
    const { result } = appending([lost(), later], 150);
    await assert.rejects(result, AppendOutcomeUnknownError);
  }
  await assert.rejects(appending([answered(Code.Unauthenticated)]).result, { code: Code.Unauthenticated });
});

test("appendUntilKnown() tries a server that nothing has reached four times, then it is unavailable", async () => {
  const { result, sent } = appending([refused()]);
  await assert.rejects(result, (error) => !(error instanceof AppendOutcomeUnknownError));
  assert.equal(sent(), 4);
});

test("appendUntilKnown() says how many attempts there were, over what time, and that an earlier one may have arrived", async () => {
  const startMs = performance.now();
  const failed = async (outcomes: readonly PumiceError[], timeoutMs?: number): Promise<PumiceError> =>
    appending(outcomes, timeoutMs).result.then(
      () => assert.fail("it was appended"),
      (error) => error,
    );
  const conflict = await failed([lost(), answered(Code.FailedPrecondition)]);
  assert.ok(conflict instanceof AppendConditionError);
  assert.deepEqual([conflict.attempts, conflict.earlierMayHaveArrived], [2, true]);
  const refusal = await failed([refused()]);
  assert.deepEqual([refusal.attempts, refusal.earlierMayHaveArrived], [4, false]);
  assert.match(refusal.message, /refused \(4 attempts in \d+ ms\)/);
  const unknown = await failed([lost()], 200);
  assert.ok(unknown.attempts > 1);
  assert.ok((unknown.elapsedMs ?? 0) > 0);
  assert.ok((unknown.elapsedMs ?? Number.POSITIVE_INFINITY) <= performance.now() - startMs);
});

test("appendUntilKnown() tells its observer of every pause", async () => {
  const waits: WaitEvent[] = [];
  const observer = { onWait: (event: WaitEvent) => waits.push(event) };
  const first = lost();
  await appending([first, lost(), 7n], undefined, undefined, observer).result;
  assert.deepEqual(
    waits.map(({ rpc, attempt }) => [rpc, attempt]),
    [
      [call.rpc, 1],
      [call.rpc, 2],
    ],
  );
  assert.equal(waits[0]?.error, first);
});

test("appendUntilKnown() gives up at once when its client is closed between two attempts", async () => {
  const closed = new ClientClosedError("the client is closed", Code.FailedPrecondition, { ...call, attempts: 0 });
  const { result, sent } = appending([lost(), closed], 60_000);
  await assert.rejects(result, AppendOutcomeUnknownError);
  assert.equal(sent(), 2);
});

test("appendUntilKnown() gives up at once when the caller does, and when no answer can be read", async () => {
  const { result, sent } = appending([lost()], 60_000, AbortSignal.abort());
  await assert.rejects(result, AppendOutcomeUnknownError);
  assert.equal(sent(), 1);
  const unread = appending([eventsError(new ConnectError("illegal tag", Code.DataLoss), call)]);
  await assert.rejects(unread.result, /withExactErrors\(\)/);
  assert.equal(unread.sent(), 1);
});
