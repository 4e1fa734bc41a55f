import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { ClientClosedError, type PumiceError } from "@pumice/client-core";
import { appendUntilKnown } from "./append-until-known.js";
import { AppendConditionError, AppendOutcomeUnknownError, eventsError } from "./errors.js";

const call = { rpc: "umadb.v1.DCB/Append", attempts: 1 };
const answered = (code: Code): PumiceError =>
  eventsError(new ConnectError("said no", code, { "grpc-status": String(code) }), call);
const lost = (): PumiceError => eventsError(new ConnectError("gone", Code.Unavailable), call);
const refused = (): PumiceError => {
  const error = new ConnectError("refused", Code.Unavailable);
  return eventsError(Object.defineProperty(error, Symbol.for("@pumice/never-sent"), { value: true }), call);
};

/** Answers attempts by outcomes, one after the other; the last one stays. */
function appending(outcomes: readonly (bigint | PumiceError)[], timeoutMs = 5000, signal?: AbortSignal) {
  let sent = 0;
  const send = async (): Promise<bigint> => {
    const outcome = outcomes[Math.min(sent++, outcomes.length - 1)];
    if (typeof outcome === "bigint") return outcome;
    throw outcome;
  };
  return { result: appendUntilKnown({ send, timeoutMs, signal }), sent: () => sent };
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
  for (const later of [answered(Code.Unauthenticated), refused()]) {
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
