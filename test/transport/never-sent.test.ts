import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, test } from "node:test";
import { type Client, Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createFastGrpcTransport, neverSent } from "@pumice/grpc-transport";
import { Echo } from "./echo-service.js";
import { answer, startRawServer } from "./start-server.js";

const hello = { value: Buffer.from("hello") };
const passOn: Interceptor = (next) => (request) => next(request);
const paths: [name: string, interceptors: Interceptor[]][] = [
  ["directly", []],
  ["through an interceptor", [passOn]],
];

interface Ending {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

const kinds: Readonly<Record<string, (client: Client<typeof Echo>, options: Ending) => Promise<unknown>>> = {
  unary: (client, options) => client.unary(hello, options),
  stream: (client, options) => client.serverStream(hello, options)[Symbol.asyncIterator]().next(),
};

for (const [path, interceptors] of paths) {
  for (const [kind, start] of Object.entries(kinds)) {
    describe(`a ${kind} call made ${path}`, () => {
      test("is marked if it ends while it waits for its turn on the connection", async () => {
        await using server = await startServer();
        const client = server.client({ interceptors });
        const first = new AbortController();
        const running = failure(client.unary(hello, { signal: first.signal }));
        await server.received(1);
        for (const [ending, code] of endings()) {
          const error = await failure(start(client, ending));
          assert.equal(error.code, code);
          assert.equal(neverSent in error, true);
        }
        first.abort();
        assert.equal(neverSent in (await running), false);
      });

      test("is marked if it ends while the connection is being made", async () => {
        await using server = await startSilentServer();
        for (const [ending, code] of endings()) {
          const error = await failure(start(server.client({ interceptors }), ending));
          assert.equal(error.code, code);
          assert.equal(neverSent in error, true);
        }
      });

      test("is marked if its signal has fired before", async () => {
        await using server = await startServer();
        const error = await failure(start(server.client({ interceptors }), { signal: AbortSignal.abort() }));
        assert.equal(neverSent in error, true);
      });

      test("is not marked if it ends when it has been sent", async () => {
        await using server = await startServer();
        const client = server.client({ interceptors });
        const controller = new AbortController();
        const aborted = failure(start(client, { signal: controller.signal }));
        const first = await server.received(1);
        // Node 22 and 24 count a reset stream until it has closed, and would refuse the next one.
        const closed = once(first, "close");
        controller.abort();
        assert.equal(neverSent in (await aborted), false);
        await closed;

        const late = failure(start(client, { timeoutMs: 1000 }));
        await server.received(2);
        assert.equal((await late).code, Code.DeadlineExceeded);
        assert.equal(neverSent in (await late), false);
      });

      test("leaves the caller's own error as it is", async () => {
        await using server = await startSilentServer();
        const reason = new ConnectError("mine", Code.DataLoss);
        const controller = new AbortController();
        const call = failure(start(server.client({ interceptors }), { signal: controller.signal }));
        controller.abort(reason);
        assert.equal(await call, reason);
        assert.equal(neverSent in reason, false);
      });
    });
  }
}

describe("a call that an interceptor repeats", () => {
  const repeating: Interceptor = (next) => (request) => next(request).catch(() => next(request));

  test("is not marked if it waits for its turn again after a server has answered it", async () => {
    await using server = await startServer();
    const blocker = server.client({ interceptors: [repeating] });
    const other = new AbortController();
    const controller = new AbortController();
    const repeated = failure(blocker.unary(hello, { signal: controller.signal }));
    const running = failure(blocker.unary(hello, { signal: other.signal }));
    // The first is answered, the second gets its place, and the repeat waits behind it.
    server.fail(await server.received(1));
    await server.received(2);
    controller.abort();
    assert.equal(neverSent in (await repeated), false);
    other.abort();
    await running;
  });

  test("is marked if it waits for its turn again after a server has refused it", async () => {
    await using server = await startServer();
    const client = server.client({ interceptors: [repeating] });
    const other = new AbortController();
    const controller = new AbortController();
    const repeated = failure(client.unary(hello, { signal: controller.signal }));
    const running = failure(client.unary(hello, { signal: other.signal }));
    server.refuse(await server.received(1));
    await server.received(2);
    controller.abort();
    assert.equal(neverSent in (await repeated), true);
    other.abort();
    await running;
  });

  test("is not marked by the error of its last attempt if a server has answered an earlier one", async () => {
    await using server = await startRawServer((stream) => answer(stream, { "grpc-status": "14" }));
    const refused = Object.defineProperty(new ConnectError("refused", Code.Unavailable), neverSent, { value: true });
    const giveUp: Interceptor = (next) => (request) => next(request).catch(() => Promise.reject(refused));
    const error = await failure(server.client({ interceptors: [giveUp] }).unary(hello));
    assert.equal(error.rawMessage, "refused");
    assert.equal(neverSent in error, false);
  });
});

/** A deadline, and a signal that fires once the call is under way. */
function endings(): [ending: Ending, code: Code][] {
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  return [
    [{ signal: controller.signal }, Code.Canceled],
    [{ timeoutMs: 30 }, Code.DeadlineExceeded],
  ];
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => assert.fail("The call succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ConnectError, String(error));
  return error;
}

type RawStream = Parameters<Parameters<typeof startRawServer>[0]>[0];

/** Takes one stream at a time, and answers none by itself. */
async function startServer() {
  const streams: RawStream[] = [];
  const waiting = new Map<number, (stream: RawStream) => void>();
  const server = await startRawServer(
    (stream) => {
      streams.push(stream);
      waiting.get(streams.length)?.(stream);
    },
    { settings: { maxConcurrentStreams: 1 } },
  );
  return {
    client: server.client,
    /** Resolves to that stream, counted from 1, when it has come. */
    received: (count: number): Promise<RawStream> =>
      new Promise((resolve) => {
        const stream = streams[count - 1];
        if (stream) resolve(stream);
        else waiting.set(count, resolve);
      }),
    fail: (stream: RawStream) => answer(stream, { "grpc-status": "14" }, Buffer.alloc(0)),
    refuse: (stream: RawStream) => stream.close(7), // REFUSED_STREAM
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Accepts, and says nothing: TLS never gets ready. */
async function startSilentServer() {
  const sockets = new Set<Socket>();
  const closings: (() => void)[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).resume();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    client({ interceptors }: { interceptors: Interceptor[] }): Client<typeof Echo> {
      const transport = createFastGrpcTransport({ baseUrl, interceptors });
      closings.push(() => transport.close());
      return createClient(Echo, transport);
    },
    async [Symbol.asyncDispose]() {
      for (const close of closings) close();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
