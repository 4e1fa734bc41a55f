import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import http2 from "node:http2";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createFastGrpcTransport, neverSent } from "@pumice/grpc-transport";
import { Echo } from "./echo-service.js";
import { answer, framed, grpcHeaders, startEchoServer, startRawServer } from "./start-server.js";

const hello = { value: Buffer.from("hello") };
const stray: unknown[] = [];
const onStray = (event: unknown) => stray.push(event);

beforeEach(() => {
  stray.length = 0;
  process.on("unhandledRejection", onStray).on("warning", onStray);
});
afterEach(async () => {
  await sleep(10);
  process.off("unhandledRejection", onStray).off("warning", onStray);
  assert.deepEqual(stray, []);
});

describe("createFastGrpcTransport() ends a call at its deadline", () => {
  test("and resets it with CANCEL", async () => {
    const codes: (number | undefined)[] = [];
    await using server = await startRawServer((stream) => stream.on("close", () => codes.push(stream.rstCode)));
    const error = await failure(server.client().unary(hello, { timeoutMs: 500 }));
    assert.equal(error.code, Code.DeadlineExceeded);
    assert.equal(isMarked(error), false);
    await until(() => codes.length === 1);
    assert.deepEqual(codes, [http2.constants.NGHTTP2_CANCEL]);
  });

  test("while streaming, though messages keep coming", async () => {
    await using server = await startRawServer((stream) => {
      stream.respond(grpcHeaders);
      const timer = setInterval(() => stream.write(framed(hello.value)), 2);
      stream.on("close", () => clearInterval(timer));
    });
    const error = await failure(drain(server.client().serverStream(hello, { timeoutMs: 50 })));
    assert.equal(error.code, Code.DeadlineExceeded);
  });

  test("while the server is silent from the beginning", async () => {
    await using server = await startTcpServer(() => undefined);
    const error = await failure(server.client().unary(hello, { timeoutMs: 30 }));
    assert.equal(error.code, Code.DeadlineExceeded);
  });

  test("while it is queued, and says that it was never sent", async () => {
    await using server = await startRawServer(() => undefined, { settings: { maxConcurrentStreams: 1 } });
    const client = server.client();
    const first = failure(client.unary(hello, { timeoutMs: 100 }));
    const error = await failure(client.unary(hello, { timeoutMs: 40 }));
    assert.equal(error.code, Code.DeadlineExceeded);
    assert.equal(isMarked(error), true);
    assert.equal(isMarked(await first), false);
  });

  test("that is the transport's default, unless the call says 0", async () => {
    await using server = await startRawServer((stream) => setTimeout(() => answer(stream), 80));
    const client = server.client({ defaultTimeoutMs: 30 });
    assert.equal((await failure(client.unary(hello))).code, Code.DeadlineExceeded);
    await client.unary(hello, { timeoutMs: 0 });
  });

  test("though an interceptor waits for something else", async () => {
    await using server = await startEchoServer();
    const client = server.client({ interceptors: [() => () => new Promise(() => undefined)] });
    assert.equal((await failure(client.unary(hello, { timeoutMs: 30 }))).code, Code.DeadlineExceeded);
  });
});

describe("createFastGrpcTransport() ends a call whose signal fires", () => {
  test("as canceled, with the reason's message", async () => {
    await using server = await startRawServer(() => undefined);
    const controller = new AbortController();
    const call = failure(server.client().unary(hello, { signal: controller.signal }));
    await until(() => server.sessions.size === 1);
    controller.abort(new Error("enough"));
    const error = await call;
    assert.equal(error.code, Code.Canceled);
    assert.equal(error.rawMessage, "enough");
  });

  test("before it began", async () => {
    await using server = await startRawServer(() => assert.fail("It was sent"));
    const client = server.client();
    const signal = AbortSignal.abort();
    for (const call of [client.unary(hello, { signal }), drain(client.serverStream(hello, { signal }))]) {
      const error = await failure(call);
      assert.equal(error.code, Code.Canceled);
      assert.equal(isMarked(error), true);
    }
  });

  test("by AbortSignal.timeout() as deadline_exceeded", async () => {
    await using server = await startRawServer(() => undefined);
    const error = await failure(server.client().unary(hello, { signal: AbortSignal.timeout(30) }));
    assert.equal(error.code, Code.DeadlineExceeded);
  });

  test("with the reason itself if it is a ConnectError", async () => {
    await using server = await startRawServer(() => undefined);
    const controller = new AbortController();
    const reason = new ConnectError("mine", Code.DataLoss);
    setTimeout(() => controller.abort(reason), 20);
    assert.equal(await failure(server.client().unary(hello, { signal: controller.signal })), reason);
  });

  test("and drops the messages that were not read", async () => {
    await using server = await startEchoServer();
    const controller = new AbortController();
    const responses = server.client().serverStream({ value: Uint8Array.of(9) }, { signal: controller.signal });
    const iterator = responses[Symbol.asyncIterator]();
    await iterator.next();
    await sleep(30); // the others have arrived
    controller.abort();
    assert.equal((await failure(iterator.next())).code, Code.Canceled);
  });

  test("and leaves no listener on a signal that many calls share", async () => {
    await using server = await startEchoServer();
    const { signal } = new AbortController();
    for (const client of [server.client(), server.client({ interceptors: [(next) => (request) => next(request)] })]) {
      const calls = Array.from({ length: 64 }, () => client.unary(hello, { signal, timeoutMs: 5000 }));
      const streams = Array.from({ length: 20 }, () => drain(client.serverStream(hello, { signal })));
      assert.ok(getEventListeners(signal, "abort").length <= 3);
      await Promise.all([...calls, ...streams]);
    }
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
});

describe("createFastGrpcTransport() says unavailable", () => {
  test("and never sent, if the connection is refused", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    const client = createClient(Echo, createFastGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` }));
    for (const call of [client.unary(hello), drain(client.bidi(endless()))]) {
      const error = await failure(call);
      assert.equal(error.code, Code.Unavailable);
      assert.equal(isMarked(error), true);
      assert.match(error.rawMessage, /ECONNREFUSED/);
    }
  });

  test("if the connection is lost in the middle of calls, and connects again", async () => {
    let lost = false;
    await using server = await startRawServer((stream) => {
      if (lost) return answer(stream);
      stream.respond(grpcHeaders);
      stream.write(framed(hello.value));
      setTimeout(() => server.sockets.forEach((socket) => void socket.destroy()), 20);
    });
    const client = server.client();
    const errors = await Promise.all([
      failure(client.unary(hello)),
      failure(drain(client.serverStream(hello))),
      failure(drain(client.bidi(endless()))),
    ]);
    assert.deepEqual(
      errors.map(({ code }) => code),
      [Code.Unavailable, Code.Unavailable, Code.Unavailable],
    );
    assert.deepEqual(errors.map(isMarked), [false, false, false]);
    lost = true;
    await client.unary(hello);
  });

  test("and never sent, if the server refuses the stream", async () => {
    await using server = await startRawServer((stream) => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM));
    const error = await failure(server.client().unary(hello));
    assert.equal(error.code, Code.Unavailable);
    assert.equal(isMarked(error), true);
  });

  test("if what answers does not speak HTTP/2", async () => {
    await using server = await startTcpServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const error = await failure(server.client().unary(hello, { timeoutMs: 5000 }));
    assert.match(error.rawMessage, /does not speak HTTP\/2/);
  });
});

const resets: [code: number, expected: Code][] = [
  [http2.constants.NGHTTP2_CANCEL, Code.Canceled],
  [http2.constants.NGHTTP2_ENHANCE_YOUR_CALM, Code.ResourceExhausted],
  [http2.constants.NGHTTP2_INADEQUATE_SECURITY, Code.PermissionDenied],
  [http2.constants.NGHTTP2_INTERNAL_ERROR, Code.Internal],
  [http2.constants.NGHTTP2_NO_ERROR, Code.Internal],
];
for (const [code, expected] of resets) {
  test(`createFastGrpcTransport() reads RST_STREAM ${code} as ${Code[expected]}`, async () => {
    await using server = await startRawServer((stream) => stream.close(code));
    assert.equal((await failure(server.client().unary(hello))).code, expected);
  });
}

test("createFastGrpcTransport() lets running calls finish after GOAWAY and makes new ones elsewhere", async () => {
  const ports = new Set<number | undefined>();
  await using server = await startRawServer((stream) => {
    ports.add(stream.session?.socket.remotePort);
    setTimeout(() => answer(stream), 50);
  });
  const client = server.client();
  const running = [client.unary(hello), client.unary(hello)];
  await until(() => ports.size === 1);
  await sleep(20);
  for (const session of server.sessions) session.goaway();
  await sleep(10);
  await Promise.all([...running, client.unary(hello)]);
  assert.equal(ports.size, 2);
});

test("createFastGrpcTransport() survives a restart of its server between calls", async () => {
  await using server = await startEchoServer();
  const client = server.client();
  for (let i = 0; i < 5; i++) {
    await client.unary(hello);
    for (const session of server.sessions) session.destroy();
    await until(() => server.sessions.size === 0);
    await sleep(5);
  }
});

test("createFastGrpcTransport() queues what exceeds the server's limit of streams", async () => {
  let open = 0;
  let most = 0;
  await using server = await startRawServer(
    (stream) => {
      most = Math.max(most, ++open);
      stream.on("close", () => open--);
      setTimeout(() => answer(stream), 2);
    },
    { settings: { maxConcurrentStreams: 1 } },
  );
  const client = server.client();
  await Promise.all(Array.from({ length: 30 }, () => client.unary(hello)));
  assert.equal(most, 1);
});

test("createFastGrpcTransport() holds the server back while nobody reads, also for ever", async () => {
  let sent = 0;
  await using server = await startRawServer((stream) => {
    stream.respond(grpcHeaders);
    const message = framed(Buffer.alloc(10_000));
    const write = () => {
      if (stream.destroyed) return;
      while (stream.write(message)) sent += message.length;
      sent += message.length;
      stream.once("drain", write);
    };
    write();
  });
  const client = server.client({ streamWindowBytes: 100_000, receiveHighWaterMarkBytes: 100_000 });
  const controller = new AbortController();
  const abandoned = client.serverStream(hello, { signal: controller.signal })[Symbol.asyncIterator]();
  await abandoned.next();
  await sleep(100);
  assert.ok(sent < 1_000_000, `${sent} bytes were sent`);
  const before = sent;
  await sleep(50);
  assert.equal(sent, before);
  for (let i = 0; i < 100; i++) await abandoned.next();
  await until(() => sent > before);
  await failure(client.unary(hello, { timeoutMs: 20 })); // another call has the connection's window
  controller.abort();
});

test("createFastGrpcTransport() pulls requests no faster than the server reads them", async () => {
  await using server = await startRawServer((stream) => stream.pause());
  let pulled = 0;
  async function* requests() {
    for (;;) {
      pulled += 10_000;
      yield { value: Buffer.alloc(10_000) };
    }
  }
  const controller = new AbortController();
  const call = failure(server.client().clientStream(requests(), { signal: controller.signal }));
  await sleep(100);
  assert.ok(pulled < 1_000_000, `${pulled} bytes were pulled`);
  controller.abort();
  assert.equal((await call).code, Code.Canceled);
});

test("createFastGrpcTransport() takes the answer of a server that ends early, and closes the request", async () => {
  await using server = await startRawServer((stream) =>
    answer(stream, { "grpc-status": "8", "grpc-message": "too much" }, Buffer.alloc(0)),
  );
  let closed = false;
  async function* requests() {
    try {
      for (;;) {
        yield { value: Buffer.alloc(10_000) };
        await sleep(1);
      }
    } finally {
      closed = true;
    }
  }
  const error = await failure(server.client().clientStream(requests()));
  assert.equal(error.code, Code.ResourceExhausted);
  assert.equal(error.rawMessage, "too much");
  await until(() => closed);
});

test("createFastGrpcTransport() ends the call when the request's iterable throws", async () => {
  const codes: (number | undefined)[] = [];
  await using server = await startRawServer((stream) => stream.on("close", () => codes.push(stream.rstCode)));
  async function* requests() {
    yield hello;
    throw new Error("no more");
  }
  const error = await failure(server.client().clientStream(requests()));
  assert.match(error.rawMessage, /no more/);
  await until(() => codes.length === 1);
  assert.deepEqual(codes, [http2.constants.NGHTTP2_CANCEL]);
});

describe("createFastGrpcTransport() with pings", () => {
  test("finds out that the server is gone while a call is open", async () => {
    await using upstream = await startRawServer(() => undefined);
    await using proxy = await startProxy(upstream.url);
    const call = failure(proxy.client({ pingIntervalMs: 20, pingTimeoutMs: 20 }).unary(hello, { timeoutMs: 5000 }));
    await sleep(60); // pings are answered
    proxy.silence();
    const error = await call;
    assert.equal(error.code, Code.Unavailable);
    assert.match(error.rawMessage, /PING/);
  });

  test("verifies an idle connection before the next call, and replaces it", async () => {
    await using server = await startEchoServer();
    await using proxy = await startProxy(server.url);
    const client = proxy.client({ pingIntervalMs: 100, pingTimeoutMs: 500 });
    await client.unary(hello);
    await sleep(300);
    await client.unary(hello);
    assert.equal(proxy.sockets.size, 1);
    await sleep(300);
    proxy.silence();
    await client.unary(hello, { timeoutMs: 5000 });
    assert.equal(proxy.sockets.size, 2);
  });

  test("closes a connection that has been idle for long", async () => {
    await using server = await startEchoServer();
    const client = server.client({ idleConnectionTimeoutMs: 20 });
    await client.unary(hello);
    await until(() => server.sessions.size === 0);
    await client.unary(hello);
  });
});

test("createFastGrpcTransport() fails running and later calls once it is closed", async () => {
  await using server = await startRawServer(() => undefined);
  const transport = server.transport();
  const client = createClient(Echo, transport);
  const running = failure(client.unary(hello));
  await until(() => server.sessions.size === 1);
  transport.close();
  assert.equal((await running).code, Code.Unavailable);
  assert.equal((await failure(client.unary(hello))).code, Code.Unavailable);
});

test("interceptors see headers, timeout and a signal that fires on cancel, never on success", async () => {
  await using server = await startEchoServer();
  const signals: AbortSignal[] = [];
  const order: string[] = [];
  const client = server.client({
    interceptors: [
      (next) => (request) => {
        order.push(
          `outer ${request.header.get("x-sent")} ${request.header.get("grpc-timeout")} ${request.url.slice(-11)}`,
        );
        signals.push(request.signal);
        return next(request);
      },
      (next) => async (request) => {
        order.push("inner");
        request.header.set("x-sent", "changed");
        return { ...(await next(request)) };
      },
    ],
  });
  let seen: string | null = "";
  await client.unary(hello, {
    headers: { "x-sent": "1" },
    timeoutMs: 5000,
    onHeader: (header) => {
      seen = header.get("x-seen");
    },
  });
  assert.deepEqual(order, ["outer 1 5000m .Echo/Unary", "inner"]);
  assert.equal(seen, "changed");
  await drain(client.serverStream({ value: Uint8Array.of(3) }));
  const controller = new AbortController();
  const call = failure(client.bidi(endless(), { signal: controller.signal })[Symbol.asyncIterator]().next());
  await sleep(10);
  controller.abort();
  await call;
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false, true],
  );
});

test("an interceptor may make a call several times", async () => {
  let calls = 0;
  await using server = await startRawServer((stream) => answer(stream, { "grpc-status": ++calls < 3 ? "14" : "0" }));
  const client = server.client({
    interceptors: [(next) => (request) => next(request).catch(() => next(request).catch(() => next(request)))],
  });
  await client.unary(hello, { timeoutMs: 5000 });
  assert.equal(calls, 3);
});

async function* endless(): AsyncGenerator<{ value: Uint8Array }> {
  await new Promise(() => undefined);
  yield hello;
}

async function drain(messages: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of messages) count++;
  return count;
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => assert.fail("The call succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ConnectError, String(error));
  return error;
}

function isMarked(error: ConnectError): boolean {
  return neverSent in error;
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await sleep(5);
  assert.ok(condition());
}

/** Passes bytes on, until the connections it has are silenced: they stay open, but nothing comes back any more. */
async function startProxy(url: string) {
  let latest: Socket | undefined;
  const silenced = new WeakSet<Socket>();
  const { port, hostname } = new URL(url);
  const server = await startTcpServer((socket) => {
    const target = connect(Number(port), hostname);
    latest = socket;
    socket.on("data", (chunk) => target.write(chunk));
    target.on("data", (chunk) => socket.writable && !silenced.has(socket) && socket.write(chunk));
    socket.on("close", () => target.destroy());
    target.on("error", () => undefined);
  });
  return { ...server, silence: () => latest && silenced.add(latest) };
}

async function startTcpServer(onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transports: { close(): void }[] = [];
  return {
    sockets,
    client(options: object = {}) {
      const transport = createFastGrpcTransport({ baseUrl, ...options });
      transports.push(transport);
      return createClient(Echo, transport);
    },
    async [Symbol.asyncDispose]() {
      for (const transport of transports) transport.close();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
