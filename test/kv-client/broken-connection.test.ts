import assert from "node:assert/strict";
import { once } from "node:events";
import * as http2 from "node:http2";
import * as net from "node:net";
import { mock, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Code, type ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport } from "@connectrpc/connect-node";
import { ClientClosedError, connectKv, type KvClient, PumiceError } from "@pumice/kv-client";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

// connect-node's adapter prints every call that a client breaks off.
mock.method(console, "error", () => undefined);

const credentials = { username: "admin", password: "admin" };

/** The ways to a server: the client's own transport, and a stock one that is passed in. */
const ways: Readonly<Record<string, (url: string) => KvClient>> = {
  "grpc-transport": (url) => connectKv(url, credentials),
  "connect-node": (url) => connectKv({ transport: createGrpcTransport({ baseUrl: url }), ...credentials }),
};

/** A ScoriaDB whose scan never ends, over a real socket, and what happened on its streams and sockets. */
async function endlessServer(options: { readonly loginTakesMs?: number } = {}) {
  const resetCodes: number[] = [];
  const timeouts: (number | undefined)[] = [];
  let rows = 0;
  const sockets = new Set<net.Socket>();
  const routes = ({ service }: ConnectRouter) => {
    service(ScoriaDB, {
      async authenticate() {
        await setTimeout(options.loginTakesMs ?? 0);
        return { jwtToken: "token" };
      },
      get: (_, { signal, timeoutMs }) => {
        timeouts.push(timeoutMs());
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
      async *scan() {
        for (let i = 0; ; i++, rows++)
          yield { key: Buffer.from(String(i).padStart(9, "0")), value: new Uint8Array(1000) };
      },
    });
  };
  const server = http2.createServer(connectNodeAdapter({ routes }));
  server.on("connection", (socket) => sockets.add(socket));
  server.on("stream", (stream) => stream.on("close", () => resetCodes.push(stream.rstCode)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    resetCodes,
    timeouts,
    rows: () => rows,
    breakConnections: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

for (const [way, connect] of Object.entries(ways)) {
  test(`leaving a scan cancels the call on the wire, over ${way}`, async () => {
    await using server = await endlessServer();
    await using kv = connect(server.url);
    for await (const entry of kv.scan()) if (entry.key === "000000003") break;
    while (server.resetCodes.length < 2) await setTimeout(5);
    const [login, scan] = server.resetCodes;
    assert.equal(login, http2.constants.NGHTTP2_NO_ERROR);
    assert.notEqual(scan, http2.constants.NGHTTP2_NO_ERROR);
    if (way === "grpc-transport") assert.equal(scan, http2.constants.NGHTTP2_CANCEL);
  });

  test(`a slow reader slows the server, over ${way}`, async () => {
    await using server = await endlessServer();
    await using kv = connect(server.url);
    for await (const _ of kv.scan()) {
      await setTimeout(500); // the buffers on the way fill up
      const before = server.rows();
      await setTimeout(300);
      assert.equal(server.rows(), before);
      break;
    }
  });

  test(`a call's timeoutMs covers the login on the way, over ${way}`, async () => {
    await using server = await endlessServer({ loginTakesMs: 200 });
    await using kv = connect(server.url);
    const startMs = performance.now();
    await assert.rejects(kv.get("k", { timeoutMs: 500 }), { code: Code.DeadlineExceeded });
    assert.ok(performance.now() - startMs < 700);
    const [timeoutMs = 0] = server.timeouts;
    assert.ok(timeoutMs > 0 && timeoutMs <= 310, `the server was given ${timeoutMs} ms`);
  });

  test(`kv.close() ends calls in flight on the wire, over ${way}`, async () => {
    await using server = await endlessServer();
    const kv = connect(server.url);
    const waiting = kv.get("k");
    const reading = (async () => {
      for await (const _ of kv.scan());
    })();
    await setTimeout(100);
    await kv.close({ timeoutMs: 0 });
    await assert.rejects(waiting, ClientClosedError);
    await assert.rejects(reading, ClientClosedError);
  });

  test(`aborting a scan ends it with the caller's own canceled, over ${way}`, async () => {
    await using server = await endlessServer();
    await using kv = connect(server.url);
    const controller = new AbortController();
    const reading = async () => {
      for await (const entry of kv.scan("", { signal: controller.signal }))
        if (entry.key.endsWith("9")) controller.abort();
    };
    await assert.rejects(reading, { code: Code.Canceled });
  });

  test(`a scan whose connection breaks goes on behind its last entry, and says so, over ${way}`, async () => {
    await using server = await endlessServer();
    await using kv = connect(server.url);
    const told: string[] = [];
    const keys: string[] = [];
    const scan = kv.scan("", {
      limit: 120,
      onConnectionLost: ({ position }) => told.push(`lost behind ${Buffer.from(position ?? [])}`),
      onConnectionRegained: ({ position }) => told.push(`regained behind ${Buffer.from(position ?? [])}`),
    });
    for await (const { key } of scan) {
      keys.push(key);
      if (key === "000000050" || key === "000000090") server.breakConnections();
    }
    assert.deepEqual(
      keys,
      Array.from({ length: 120 }, (_, i) => String(i).padStart(9, "0")),
    );
    // Entries that had arrived before the break may come after it.
    assert.equal(told.length, 4);
    assert.match(told.join(", "), /^lost behind (\d+), regained behind \1, lost behind (\d+), regained behind \2$/);
  });

  test(`a scan with retry: "never", and a call, end with the connection, over ${way}`, async () => {
    await using server = await endlessServer();
    await using kv = connect(server.url);
    const reading = async () => {
      for await (const entry of kv.scan("", { retry: "never" }))
        if (entry.key === "000000050") server.breakConnections();
    };
    await assert.rejects(reading, (error) => error instanceof PumiceError && error.code === Code.Unavailable);
    const waiting = kv.get("k", { retry: "never" });
    while (server.timeouts.length === 0) await setTimeout(5);
    server.breakConnections();
    await assert.rejects(waiting, (error) => error instanceof PumiceError && error.code === Code.Unavailable);
  });

  test(`a call that the server never answers ends at its deadline, over ${way}`, async () => {
    await using server = await endlessServer();
    await using kv = connect(server.url);
    await assert.rejects(kv.get("k", { timeoutMs: 100 }), { code: Code.DeadlineExceeded });
  });

  test(`a server that is not there is unavailable, over ${way}`, async () => {
    const free = net.createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as net.AddressInfo;
    free.close();
    await using kv = connect(`http://127.0.0.1:${port}`);
    await assert.rejects(kv.get("k"), { code: Code.Unavailable });
  });

  test(`a server that accepts and then says nothing ends a call at its deadline, over ${way}`, async () => {
    const sockets: net.Socket[] = [];
    const silent = net.createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as net.AddressInfo;
    await using kv = connect(`http://127.0.0.1:${port}`);
    await assert.rejects(kv.get("k", { timeoutMs: 100 }), { code: Code.DeadlineExceeded });
    await kv.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
}
