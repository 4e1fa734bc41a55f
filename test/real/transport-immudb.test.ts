import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { ImmuService } from "@pumice/stubs/immudb";
import { startImmudb } from "../support/immudb.js";
import type { RunningServer } from "../support/start-process.js";
import { bytes } from "../support/transport-suite.js";

describe("createFastGrpcTransport() with immudb", () => {
  let server: RunningServer;
  before(async () => {
    server = await startImmudb();
  });
  after(() => server[Symbol.asyncDispose]());

  const connect = () => {
    const transport = createFastGrpcTransport({ baseUrl: server.url, defaultTimeoutMs: 20_000 });
    return { ...createClient(ImmuService, transport), [Symbol.dispose]: () => transport.close() };
  };
  /** A client, and the headers of a session. */
  const login = async () => {
    const client = connect();
    const name = Buffer.from("immudb");
    const { sessionID } = await client.openSession({ username: name, password: name, databaseName: "defaultdb" });
    return { client, options: { headers: { sessionid: sessionID } }, [Symbol.dispose]: client[Symbol.dispose] };
  };

  test("asks for its health, also 1,000 times at once", async () => {
    using client = connect();
    const answers = await Promise.all(Array.from({ length: 1000 }, () => client.health({})));
    assert.ok(answers.every(({ status }) => status));
  });

  test("opens a session, and knows a refusal by its code", async () => {
    using session = await login();
    await session.client.closeSession({}, session.options);
    using client = connect();
    await assert.rejects(client.get({ key: Buffer.from("k") }), { code: Code.Unknown, rawMessage: "not logged in" });
  });

  test("sets and gets 1 MiB", async () => {
    using session = await login();
    const { client, options } = session;
    const [key, value] = [Buffer.from("large"), bytes(1_048_576)];
    await client.set({ KVs: [{ key, value }] }, options);
    assert.equal(Buffer.compare((await client.get({ key }, options)).value, value), 0);
  });

  test("streams 10 MB in and out", async () => {
    using session = await login();
    const { client, options } = session;
    const [key, value] = [Buffer.from("streamed"), bytes(10_000_000)];
    async function* chunks() {
      for (const content of [prefixed(key), prefixed(value)]) {
        for (let start = 0; start < content.length; start += 65_536) {
          yield { content: content.subarray(start, start + 65_536) };
        }
      }
    }
    await client.streamSet(chunks(), options);
    const pieces: Uint8Array[] = [];
    for await (const { content } of client.streamGet({ key }, options)) pieces.push(content);
    assert.equal(Buffer.compare(Buffer.concat(pieces), Buffer.concat([prefixed(key), prefixed(value)])), 0);
  });

  test("learns that a request is too large, and the next call works", async () => {
    using session = await login();
    const { client, options } = session;
    const request = { KVs: [{ key: Buffer.from("too large"), value: bytes(34_000_000) }] };
    await assert.rejects(client.set(request, options), { code: Code.ResourceExhausted });
    assert.equal((await client.health({})).status, true);
  });
});

/** An item of immudb's streams: its length in 8 bytes, then its bytes. */
function prefixed(item: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(item.length));
  return Buffer.concat([length, item]);
}
