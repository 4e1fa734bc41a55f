import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Code,
  createClient,
  createRouterTransport,
  type HandlerContext,
  type Interceptor,
  type Transport,
} from "@connectrpc/connect";
import { ImmuService } from "@pumice/stubs/immudb";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { withInterceptors } from "./with-interceptors.js";

function server(get: (context: HandlerContext) => void | Promise<void>) {
  return createRouterTransport(({ service }) => {
    service(ScoriaDB, {
      async get(_, context) {
        await get(context);
        return { found: true };
      },
      async *scan(_, context) {
        await get(context);
        yield { key: new Uint8Array([1]) };
        yield { key: new Uint8Array([2]) };
      },
    });
  });
}

const tag =
  (name: string): Interceptor =>
  (next) =>
  (request) => {
    request.header.append("trace", name);
    return next(request);
  };

test("withInterceptors() runs the first interceptor outermost, for unary calls and streams", async () => {
  const traces: (string | null)[] = [];
  const transport = server(({ requestHeader }) => void traces.push(requestHeader.get("trace")));
  const stub = createClient(ScoriaDB, withInterceptors(transport, [tag("outer"), tag("inner")]));
  await stub.get({});
  for await (const _ of stub.scan({}));
  assert.deepEqual(traces, ["outer, inner", "outer, inner"]);
});

test("withInterceptors() gives the transport itself back when there is nothing to put in front", () => {
  const transport = server(() => undefined);
  assert.equal(withInterceptors(transport, []), transport);
});

test("withInterceptors() gives a second attempt only the time that remains", async () => {
  const timeouts: number[] = [];
  const transport = server(({ timeoutMs }) => void timeouts.push(timeoutMs() ?? Number.NaN));
  const twice: Interceptor = (next) => async (request) => {
    await next(request);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return next(request);
  };
  const stub = createClient(ScoriaDB, withInterceptors(transport, [twice]));
  await stub.get({}, { timeoutMs: 10_000 });
  const [first, second] = timeouts as [number, number];
  assert.ok(first <= 10_000 && second <= first - 45, `${first} then ${second}`);
});

test("withInterceptors() ends an interceptor's waiting at the deadline", async () => {
  const forever: Interceptor = () => (request) =>
    new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
  const stub = createClient(
    ScoriaDB,
    withInterceptors(
      server(() => undefined),
      [forever],
    ),
  );
  await assert.rejects(stub.get({}, { timeoutMs: 20 }), { code: Code.DeadlineExceeded });
});

test("withInterceptors() sends no deadline when the caller wants none", async () => {
  const timeouts: (number | undefined)[] = [];
  const transport = server(({ timeoutMs }) => void timeouts.push(timeoutMs()));
  const stub = createClient(ScoriaDB, withInterceptors(transport, [tag("x")]));
  await stub.get({});
  await stub.get({}, { timeoutMs: 0 });
  assert.deepEqual(timeouts, [undefined, undefined]);
});

test("withInterceptors() makes no AbortController for a call on which nobody waits, and one that is not aborted else", async (context) => {
  let made = 0;
  const signals: (AbortSignal | undefined)[] = [];
  const Original = globalThis.AbortController;
  globalThis.AbortController = class extends Original {
    constructor() {
      super();
      made += 1;
    }
  };
  context.after(() => {
    globalThis.AbortController = Original;
  });
  const transport = {
    async unary(method: object, signal: AbortSignal | undefined) {
      signals.push(signal);
      return { stream: false, service: ScoriaDB, method, message: {}, header: new Headers(), trailer: new Headers() };
    },
  } as unknown as Transport;
  await createClient(ScoriaDB, withInterceptors(transport, [tag("x")])).get({}, { timeoutMs: 1000 });
  assert.equal(made, 0);
  const spread: Interceptor = (next) => (request) => next({ ...request });
  await createClient(ScoriaDB, withInterceptors(transport, [spread, spread])).get({}, { timeoutMs: 1000 });
  assert.equal(made, 1);
  assert.deepEqual(
    signals.map((signal) => signal?.aborted),
    [undefined, false],
  );
});

test("withInterceptors() lets an abort take effect before messages that have arrived", async () => {
  const controller = new AbortController();
  const stub = createClient(
    ScoriaDB,
    withInterceptors(
      server(() => undefined),
      [tag("x")],
    ),
  );
  const keys: number[] = [];
  const reading = async () => {
    for await (const { key } of stub.scan({}, { signal: controller.signal })) {
      keys.push(...key);
      controller.abort();
    }
  };
  await assert.rejects(reading, { code: Code.Canceled });
  assert.deepEqual(keys, [1]);
});

test("withInterceptors() takes a client's stream to a server in process, whose pipes may have to break it off", async () => {
  const transport = createRouterTransport(({ service }) => {
    service(ImmuService, {
      async streamSet(chunks) {
        let count = 0n;
        for await (const _ of chunks) count += 1n;
        return { id: count };
      },
    });
  });
  const chunks = async function* () {
    yield { content: new Uint8Array([1]) };
    yield { content: new Uint8Array([2]) };
  };
  const stub = createClient(ImmuService, withInterceptors(transport, [tag("x")]));
  assert.equal((await stub.streamSet(chunks())).id, 2n);
});

test("withInterceptors() ends a stream on the wire when an interceptor fails on one of its messages", async () => {
  const transport = server(() => undefined);
  let signal: AbortSignal | undefined;
  const watched: Transport = {
    ...transport,
    stream(...call) {
      signal = call[1];
      return transport.stream(...call);
    },
  };
  const choosy: Interceptor = (next) => async (request) => {
    const response = await next(request);
    if (!response.stream) return response;
    const broken = { next: () => Promise.reject(new Error("cannot read that")) };
    return { ...response, message: { [Symbol.asyncIterator]: () => broken } };
  };
  const stub = createClient(ScoriaDB, withInterceptors(watched, [choosy]));
  const reading = async () => {
    for await (const _ of stub.scan({}));
  };
  await assert.rejects(reading, { rawMessage: "cannot read that" });
  assert.equal(signal?.aborted, true);
});
