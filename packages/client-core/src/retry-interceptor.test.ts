import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient, createContextValues, type Transport } from "@connectrpc/connect";
import { ImmuService } from "@pumice/stubs/immudb";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { attemptsKey, type CallAttempts } from "./attempts.js";
import type { WaitEvent } from "./call-observer.js";
import { deliveryOf } from "./delivery.js";
import { markLoginFailure, markNeverSent } from "./delivery-marks.js";
import { type RepeatPolicy, repeatKey } from "./repeat-policy.js";
import { retryBudget } from "./retry-budget.js";
import { type RetryOptions, retryInterceptor } from "./retry-interceptor.js";
import { withInterceptors } from "./with-interceptors.js";

const unavailable = () => new ConnectError("down", Code.Unavailable);
const answered = (code: Code, metadata: Record<string, string> = {}) =>
  new ConnectError("no", code, { "grpc-status": String(code), ...metadata });

/** A server that fails as planned, then answers; `undefined` in the plan hangs until the attempt is aborted. */
function setUp(plan: readonly (ConnectError | undefined)[], options: RetryOptions = {}) {
  const headers: (string | null)[] = [];
  let calls = 0;
  const attempt = async (header: HeadersInit | undefined, signal: AbortSignal | undefined): Promise<void> => {
    headers.push(new Headers(header).get("grpc-previous-rpc-attempts"));
    calls += 1;
    if (calls > plan.length) return;
    const error = plan[calls - 1];
    if (error) throw error;
    await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  };
  const response = (method: object) => ({ method, header: new Headers(), trailer: new Headers() });
  const transport = {
    async unary(...[method, signal, , header]: Parameters<Transport["unary"]>) {
      await attempt(header, signal);
      return { ...response(method), stream: false, service: ScoriaDB, message: { found: true } };
    },
    async stream(...[method, signal, , header, input]: Parameters<Transport["stream"]>) {
      const sent = [];
      for await (const message of input) sent.push(message);
      const message = (async function* () {
        await attempt(header, signal);
        for (const [index] of [1, 2].entries()) yield { key: new Uint8Array([sent.length, index]) };
        if (calls <= plan.length + 1 && plan.length === 0) throw unavailable();
      })();
      return { ...response(method), stream: true, service: ScoriaDB, message };
    },
  } as unknown as Transport;
  const retry = retryInterceptor({ baseDelayMs: 0, ...options });
  return { stub: createClient(ScoriaDB, withInterceptors(transport, [retry])), calls: () => calls, headers };
}

const repeat = (policy: RepeatPolicy) => ({ contextValues: createContextValues().set(repeatKey, policy) });

test("retryInterceptor() calls maxAttempts times, counts them in a header, then rethrows the last error", async () => {
  const { stub, calls, headers } = setUp(Array.from({ length: 5 }, unavailable), { maxAttempts: 3 });
  await assert.rejects(stub.get({}), { code: Code.Unavailable });
  assert.equal(calls(), 3);
  assert.deepEqual(headers, [null, "1", "2"]);
});

test("retryInterceptor() repeats repeatable calls on unavailable, also an answered one, and on a lost connection", async () => {
  const errors = [unavailable(), answered(Code.Unavailable), new ConnectError("reset", Code.Aborted)];
  const { stub, calls } = setUp(errors);
  assert.equal((await stub.get({})).found, true);
  assert.equal(calls(), 4);
});

test("retryInterceptor() repeats other calls only if they were never sent, or the caller says always", async () => {
  const lost = setUp([unavailable()]);
  await assert.rejects(lost.stub.put({}), { code: Code.Unavailable });
  assert.equal(lost.calls(), 1);
  const neverSent = setUp([markNeverSent(unavailable())]);
  await neverSent.stub.put({});
  assert.equal(neverSent.calls(), 2);
  const always = setUp([unavailable()]);
  await always.stub.put({}, repeat("always"));
  assert.equal(always.calls(), 2);
});

test("retryInterceptor() makes one attempt when the caller says never", async () => {
  const { stub, calls } = setUp([markNeverSent(unavailable())]);
  await assert.rejects(stub.get({}, repeat("never")), { code: Code.Unavailable });
  assert.equal(calls(), 1);
});

test("retryInterceptor() never repeats a conflict, another answer, or a failed login", async () => {
  const errors = [
    answered(Code.Aborted),
    answered(Code.ResourceExhausted),
    answered(Code.NotFound),
    answered(Code.DeadlineExceeded),
    markLoginFailure(markNeverSent(unavailable())),
  ];
  for (const error of errors) {
    const { stub, calls } = setUp([error]);
    await assert.rejects(stub.get({}, repeat("always")), { code: error.code });
    assert.equal(calls(), 1);
  }
});

test("retryInterceptor() waits as long as the server says, and not at all if it forbids a retry", async () => {
  const waits: WaitEvent[] = [];
  const onRetry = (event: WaitEvent) => void waits.push(event);
  const told = setUp([answered(Code.ResourceExhausted, { "grpc-retry-pushback-ms": "7" })], { onRetry });
  await told.stub.get({});
  assert.deepEqual(
    waits.map(({ rpc, attempt, waitMs }) => ({ rpc, attempt, waitMs })),
    [{ rpc: "scoriadb.ScoriaDB/Get", attempt: 1, waitMs: 7 }],
  );
  const forbidden = setUp([answered(Code.Unavailable, { "grpc-retry-pushback-ms": "-1" })]);
  await assert.rejects(forbidden.stub.get({}), { code: Code.Unavailable });
  assert.equal(forbidden.calls(), 1);
});

test("retryInterceptor() surfaces the error at once when the pause would not fit into the deadline", async () => {
  const { stub, calls } = setUp([answered(Code.Unavailable, { "grpc-retry-pushback-ms": "60000" })]);
  await assert.rejects(stub.get({}, { timeoutMs: 50_000 }), { code: Code.Unavailable });
  assert.equal(calls(), 1);
});

test("retryInterceptor() gives up an attempt at its own limit while the call has time left", async () => {
  const { stub, calls } = setUp([undefined], { attemptTimeoutMs: 20 });
  assert.equal((await stub.get({}, { timeoutMs: 60_000 })).found, true);
  assert.equal(calls(), 2);
});

test("retryInterceptor() ends a pause when the signal fires, and makes no other attempt", async () => {
  const controller = new AbortController();
  const { stub, calls } = setUp([answered(Code.Unavailable, { "grpc-retry-pushback-ms": "60000" })], {
    onRetry: () => queueMicrotask(() => controller.abort()),
  });
  await assert.rejects(stub.get({}, { signal: controller.signal }), { code: Code.Canceled });
  assert.equal(calls(), 1);
});

test("retryInterceptor() says never sent of a call that ends in a pause, if no attempt was sent", async () => {
  for (const [plan, delivery] of [
    [[markNeverSent(unavailable())], "never sent"],
    [[unavailable()], "unknown"],
    [[unavailable(), markNeverSent(unavailable())], "unknown"],
  ] as const) {
    const controller = new AbortController();
    const reason = new Error("enough");
    const onRetry = ({ attempt }: WaitEvent) => {
      if (attempt === plan.length) queueMicrotask(() => controller.abort(reason));
    };
    const { stub } = setUp(plan, { onRetry });
    const error: unknown = await stub.get({}, { signal: controller.signal }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ConnectError && error.code === Code.Canceled);
    assert.equal(deliveryOf(error), delivery);
  }
});

test("retryInterceptor() stops repeating when the budget is used up", async () => {
  const budget = retryBudget({ maxTokens: 4 });
  const { stub, calls } = setUp(Array.from({ length: 20 }, unavailable), { maxAttempts: 10, budget });
  await assert.rejects(stub.get({}), { code: Code.Unavailable });
  assert.equal(calls(), 2);
  await assert.rejects(stub.get({}), { code: Code.Unavailable });
  assert.equal(calls(), 3);
});

test("retryInterceptor() ignores what onRetry throws", async () => {
  const { stub } = setUp([unavailable()], {
    onRetry() {
      throw new Error("a bug in a hook");
    },
  });
  assert.equal((await stub.get({})).found, true);
});

test("retryInterceptor() does not call never sent what an earlier attempt may have delivered", async () => {
  const { stub } = setUp([unavailable(), markNeverSent(unavailable())], { maxAttempts: 2 });
  const error = await stub.put({}, repeat("always")).catch((reason: unknown) => reason);
  assert.equal(deliveryOf(error), "unknown");
});

test("retryInterceptor() notes whether an attempt before the last one may have arrived", async () => {
  const exists = answered(Code.AlreadyExists);
  const cases: [ConnectError[], boolean | undefined][] = [
    [[exists], undefined],
    [[markNeverSent(unavailable()), exists], false],
    [[unavailable(), exists], true],
    [[unavailable(), markNeverSent(unavailable()), exists], true],
    [[answered(Code.Unavailable), exists], true],
  ];
  for (const [plan, expected] of cases) {
    const attempts: CallAttempts = { made: 0 };
    const { contextValues } = repeat("always");
    const failed = setUp(plan).stub.put({}, { contextValues: contextValues.set(attemptsKey, attempts) });
    await assert.rejects(failed, { code: Code.AlreadyExists });
    assert.equal(attempts.earlierMayHaveArrived, expected);
  }
});

test("retryInterceptor() repeats a server stream with its request until the first message, not after", async () => {
  const before = setUp([unavailable()]);
  const keys: number[][] = [];
  for await (const { key } of before.stub.scan({})) keys.push([...key]);
  assert.deepEqual(keys, [
    [1, 0],
    [1, 1],
  ]);
  assert.equal(before.calls(), 2);

  const after = setUp([]);
  const reading = async () => {
    for await (const _ of after.stub.scan({}));
  };
  await assert.rejects(reading, { code: Code.Unavailable });
  assert.equal(after.calls(), 1);
});

test("retryInterceptor() repeats a client's stream only if it was never sent and nothing of it was taken", async () => {
  const cases: [ConnectError, number, number][] = [
    [markNeverSent(unavailable()), 0, 2],
    [markNeverSent(unavailable()), 1, 1],
    [unavailable(), 0, 1],
    [answered(Code.Unavailable), 0, 1],
  ];
  for (const [error, taken, expectedAttempts] of cases) {
    let attempts = 0;
    const transport = {
      async stream(...[method, , , , input]: Parameters<Transport["stream"]>) {
        attempts += 1;
        const messages = input[Symbol.asyncIterator]();
        for (let i = 0; i < taken; i++) await messages.next();
        if (attempts === 1) throw error;
        const message = (async function* () {
          let count = 0n;
          while (!(await messages.next()).done) count += 1n;
          yield { id: count };
        })();
        return { stream: true, service: ImmuService, method, header: new Headers(), trailer: new Headers(), message };
      },
    } as unknown as Transport;
    const stub = createClient(ImmuService, withInterceptors(transport, [retryInterceptor({ baseDelayMs: 0 })]));
    const chunks = async function* () {
      yield* [{}, {}, {}];
    };
    const result = await stub.streamSet(chunks(), repeat("always")).catch(ConnectError.from);
    assert.equal(attempts, expectedAttempts);
    assert.ok(result instanceof ConnectError ? result === error : result.id === 3n);
  }
});

test("retryInterceptor() refuses options that cannot work", () => {
  for (const options of [{ maxAttempts: 0 }, { maxAttempts: 1.5 }, { baseDelayMs: -1 }, { attemptTimeoutMs: 0 }]) {
    assert.throws(() => retryInterceptor(options), RangeError);
  }
});
