import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createClient,
  createRouterTransport,
  type Transport,
} from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { callInterceptors, type RetryOptions, withInterceptors } from "@pumice/client-core";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { ImmuService } from "@pumice/stubs/immudb";
import { type ConnectServer, startConnectServer } from "../support/connect-server.ts";

/** For what might hang. */
const limit = { timeout: 20_000 };

/** Answers a client's stream with its sum, a stream of both with each message; refuses one that begins with 0. */
function routes({ service }: ConnectRouter): void {
  service(ImmuService, {
    async streamSet(chunks) {
      let sum = 0;
      for await (const { content } of chunks) {
        if (content[0] === 0) throw new ConnectError("no zeros", Code.InvalidArgument);
        sum += content[0] ?? 0;
      }
      return { id: BigInt(sum) };
    },
    async *streamExportTx(requests) {
      for await (const { tx } of requests) yield { content: Uint8Array.of(Number(tx)) };
    },
  });
}

const server = await startConnectServer(routes);
after(() => server.stop());

type ClosableTransport = Transport & { close?(): void };
const wires: Readonly<Record<string, (baseUrl: string) => ClosableTransport>> = {
  "grpc-transport": (baseUrl) => createFastGrpcTransport({ baseUrl }),
  "connect-node": (baseUrl) => createGrpcTransport({ baseUrl }),
};
const transports: typeof wires = { ...wires, "a router transport": () => createRouterTransport(routes) };

function stubOver(transport: Transport, retry: RetryOptions = { baseDelayMs: 0 }) {
  return createClient(ImmuService, withInterceptors(transport, callInterceptors({ retry })));
}

/** Chunks of one byte each; tells how many were taken, and whether it was given back. */
function chunks(...bytes: number[]) {
  const log = { taken: 0, isOver: false };
  const source = (async function* () {
    try {
      for (const byte of bytes) {
        log.taken += 1;
        yield { content: Uint8Array.of(byte) };
      }
    } finally {
      log.isOver = true;
    }
  })();
  return { source, log };
}

for (const [name, connect] of Object.entries(transports)) {
  test(`a client's stream passes the interceptors, each message once, over ${name}`, limit, async () => {
    const transport = connect(server.url);
    const { source, log } = chunks(1, 2, 3);
    assert.equal((await stubOver(transport).streamSet(source)).id, 6n);
    assert.deepEqual(log, { taken: 3, isOver: true });
    transport.close?.();
  });

  test(`messages go to and fro through the interceptors, one for one, over ${name}`, limit, async () => {
    const transport = connect(server.url);
    let answered = 0;
    const asked: number[] = [];
    const questions = async function* () {
      for (const tx of [1n, 2n, 3n]) {
        asked.push(answered);
        yield { tx };
        while (answered < Number(tx)) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    for await (const { content } of stubOver(transport).streamExportTx(questions())) answered = content[0] ?? 0;
    assert.deepEqual(asked, [0, 1, 2]);
    transport.close?.();
  });

  test(
    `a client's stream that the server refuses is not sent again, and is given back, over ${name}`,
    limit,
    async () => {
      const transport = connect(server.url);
      const { source, log } = chunks(0, ...Array.from({ length: 1000 }, () => 1));
      await assert.rejects(stubOver(transport).streamSet(source), { code: Code.InvalidArgument });
      while (!log.isOver) await new Promise((resolve) => setImmediate(resolve));
      transport.close?.();
    },
  );
}

for (const [name, connect] of Object.entries(wires)) {
  test(
    `a client's stream that finds no server is sent to the one that comes, unless it was begun, over ${name}`,
    limit,
    async () => {
      const away = await startConnectServer(routes);
      await away.stop();
      let back: Promise<ConnectServer> | undefined;
      const retry: RetryOptions = {
        baseDelayMs: 50,
        random: () => 0.999,
        onRetry: () => {
          back ??= startConnectServer(routes, away.port);
        },
      };
      const transport = connect(away.url);
      const { source, log } = chunks(1, 2, 3);
      const error = await stubOver(transport, retry)
        .streamSet(source)
        .then(({ id }) => assert.equal(id, 6n), ConnectError.from);
      // grpc-transport takes the first message before it has a connection.
      assert.equal(error?.code, name === "grpc-transport" ? Code.Unavailable : undefined);
      assert.deepEqual(log, { taken: error ? 1 : 3, isOver: true });
      transport.close?.();
      await (await back)?.stop();
    },
  );
}
