import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { callInterceptors, type RetryOptions, withInterceptors } from "@pumice/client-core";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { startConnectServer } from "../support/connect-server.ts";

const transports: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  "grpc-transport": (baseUrl) => createFastGrpcTransport({ baseUrl }),
  "connect-node": (baseUrl) => createGrpcTransport({ baseUrl }),
};

/** On that port, or on a free one; `gate` holds its gets. */
function startServer(port = 0, gate?: () => Promise<void>) {
  return startConnectServer(({ service }) => {
    service(ScoriaDB, {
      async get() {
        await gate?.();
        return { found: true };
      },
      put: () => ({ commitTs: 1n }),
      async *scan() {
        yield { key: new Uint8Array([1]) };
      },
    });
  }, port);
}

for (const [name, connect] of Object.entries(transports)) {
  test(`retryInterceptor() finds a server that went away and came back, also for calls that may not be repeated, over ${name}`, async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    let server = await startServer();
    const { port } = server;
    let returned: Promise<void> | undefined;
    const retry: RetryOptions = {
      baseDelayMs: 50,
      random: () => 0.999,
      onRetry: () => {
        returned ??= startServer(port).then((back) => {
          server = back;
        });
      },
    };
    const newStub = () =>
      createClient(ScoriaDB, withInterceptors(connect(`http://127.0.0.1:${port}`), callInterceptors({ retry })));
    const stub = newStub();
    const calls = {
      get: () => stub.get({}),
      put: () => newStub().put({}), // its first attempt finds no server, so it was never sent
      scan: async () => {
        let rows = 0;
        for await (const _ of stub.scan({})) rows += 1;
        assert.equal(rows, 1);
      },
    };
    for (const call of Object.values(calls)) {
      await stub.get({});
      await server.stop();
      returned = undefined;
      await call();
      await returned;
    }
    await server.stop();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", onUnhandled);
    assert.deepEqual(unhandled, []);
  });
}

for (const [name, connect] of Object.entries(transports)) {
  test(`500 concurrent calls that lose their connection together all succeed, over ${name}`, {
    timeout: 30_000,
  }, async () => {
    let waiting = 0;
    let cut: Promise<void> | undefined;
    const never = new Promise<void>(() => undefined);
    const lost = await startServer(0, () => {
      waiting += 1;
      if (waiting === 500) cut = lost.stop();
      return never;
    });
    let back: ReturnType<typeof startServer> | undefined;
    const retry: RetryOptions = {
      baseDelayMs: 50,
      onRetry: () => {
        back ??= (cut ?? never).then(() => startServer(lost.port));
      },
    };
    const transport = connect(`http://127.0.0.1:${lost.port}`);
    const stub = createClient(ScoriaDB, withInterceptors(transport, callInterceptors({ retry })));
    const answers = await Promise.all(Array.from({ length: 500 }, () => stub.get({})));
    assert.equal(waiting, 500);
    assert.ok(answers.every(({ found }) => found));
    await (await back)?.stop();
  });
}
