import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { Code, ConnectError, createClient, type HandlerContext, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  AlreadyExistsError,
  type CallOptions,
  callInterceptors,
  clientCalls,
  deliveryOf,
  PumiceError,
  type RetryOptions,
  type TokenSource,
  tokenSource,
  translateError,
  type WaitEvent,
  withInterceptors,
} from "@pumice/client-core";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { startConnectServer } from "../support/connect-server.ts";

/** What the server does with one attempt; once the plan is over it answers. */
type Step = (context: HandlerContext) => void | Promise<void>;
let plan: Step[] = [];
let seen: HandlerContext[] = [];

async function follow(context: HandlerContext) {
  seen.push(context);
  await plan[seen.length - 1]?.(context);
  return {};
}

const server = await startConnectServer(({ service }) => {
  service(ScoriaDB, {
    get: (_, context) => follow(context),
    put: (_, context) => follow(context),
    createCF: (_, context) => follow(context),
  });
});
after(() => server.stop());
beforeEach(() => {
  plan = [];
  seen = [];
});

const refuse =
  (code: Code, metadata?: HeadersInit): Step =>
  () => {
    throw new ConnectError("no", code, metadata);
  };
const hang: Step = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

/** One client: its calls, and what they go over. */
function connect(transport: Transport, options: { retry?: RetryOptions; tokens?: TokenSource } = {}) {
  const { retry, tokens } = options;
  const interceptors = callInterceptors({ retry: { baseDelayMs: 0, ...retry }, tokens });
  const stub = createClient(ScoriaDB, withInterceptors(transport, interceptors));
  const calls = clientCalls(translateError);
  const { get, put, createCF } = ScoriaDB.method;
  return {
    get: (call: CallOptions = {}) => calls.unary(get, call, (stubCall) => stub.get({}, stubCall)),
    put: (call: CallOptions = {}) => calls.unary(put, call, (stubCall) => stub.put({}, stubCall)),
    create: (call: CallOptions = {}) => calls.unary(createCF, call, (stubCall) => stub.createCF({}, stubCall)),
    close: () => calls.close(),
  };
}

async function failureOf(call: Promise<unknown>): Promise<PumiceError> {
  const error = await call.then(
    () => assert.fail("the call succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PumiceError);
  return error;
}

const transports: Readonly<Record<string, () => Transport & { close?(): void }>> = {
  "grpc-transport": () => createFastGrpcTransport({ baseUrl: server.url }),
  "connect-node": () => createGrpcTransport({ baseUrl: server.url }),
};

for (const [name, open] of Object.entries(transports)) {
  const transport = open();
  after(() => transport.close?.());

  test(`each attempt tells the server how many came before, and its own time, over ${name}`, async () => {
    plan = [hang, refuse(Code.Unavailable)];
    await connect(transport, { retry: { attemptTimeoutMs: 1000 } }).get({ timeoutMs: 60_000 });
    const header = (key: string) => seen.map(({ requestHeader }) => requestHeader.get(key));
    assert.deepEqual(header("grpc-previous-rpc-attempts"), [null, "1", "2"]);
    for (const timeout of header("grpc-timeout")) assert.match(timeout ?? "none", /^\d{1,4}m$/);
  });

  test(`google.rpc.RetryInfo and grpc-retry-pushback-ms reach the retries, over ${name}`, async () => {
    const waits: WaitEvent[] = [];
    const client = connect(transport, { retry: { onRetry: (event) => void waits.push(event) } });
    const told: Step = () => {
      const error = new ConnectError("later", Code.ResourceExhausted);
      // retry_delay { nanos: 3000000 }
      error.details = [{ type: "google.rpc.RetryInfo", value: Uint8Array.of(10, 5, 16, 0xc0, 0x8d, 0xb7, 1) }];
      throw error;
    };
    plan = [told, refuse(Code.ResourceExhausted, { "grpc-retry-pushback-ms": "2" })];
    await client.get();
    assert.deepEqual(
      waits.map(({ waitMs }) => waitMs),
      [3, 2],
    );
  });

  test(`a negative grpc-retry-pushback-ms forbids another attempt, over ${name}`, async () => {
    plan = [refuse(Code.Unavailable, { "grpc-retry-pushback-ms": "-1" })];
    assert.equal((await failureOf(connect(transport).get())).code, Code.Unavailable);
    assert.equal(seen.length, 1);
  });

  test(`an error tells the attempts and their time, and whether an earlier one may have arrived, over ${name}`, async () => {
    const client = connect(transport);
    plan = [refuse(Code.Unavailable, { "grpc-retry-pushback-ms": "20" }), refuse(Code.AlreadyExists)];
    const repeated = await failureOf(client.create({ retry: "always" }));
    assert.ok(repeated instanceof AlreadyExistsError);
    assert.equal(repeated.attempts, 2);
    assert.equal(repeated.earlierMayHaveArrived, true);
    assert.ok((repeated.elapsedMs ?? 0) >= 19, `${repeated.elapsedMs} ms`);

    seen = [];
    plan = [refuse(Code.AlreadyExists)];
    const single = await failureOf(client.create({ retry: "always" }));
    assert.deepEqual([single.attempts, single.earlierMayHaveArrived], [1, false]);
  });

  test(`a call that is refused for its token ends with what the new login fails with, over ${name}`, async () => {
    let logins = 0;
    const tokens = tokenSource(async () => {
      logins += 1;
      if (logins > 1) throw new ConnectError("the login server is down", Code.Unavailable);
      return { value: "old" };
    });
    plan = [refuse(Code.Unauthenticated)];
    const error = await failureOf(connect(transport, { tokens }).put());
    assert.match(error.rawMessage, /the login server is down/);
    assert.equal(deliveryOf(error), "never sent");
    assert.deepEqual([logins, seen.length, error.attempts], [2, 1, 1]);
  });

  test(`200 concurrent calls share the client's signal, or their caller's, without a warning, over ${name}`, async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    const client = connect(transport);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 200 }, (_, index) => client.get(index < 100 ? {} : { signal })));
    await client.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    assert.deepEqual(warnings, []);
  });
}
