import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type CallOptions, type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  createFastGrpcTransport,
  type FastGrpcTransport,
  type FastGrpcTransportOptions,
  gzipCompression,
} from "@pumice/grpc-transport";
import { Echo } from "../transport/echo-service.js";

/** A server with the echo service that the suite runs against. */
export interface EchoTarget {
  readonly name: string;
  /** Started once for the suite. */
  readonly start: () => Promise<AsyncDisposable & { readonly url: string; readonly ca?: string }>;
  /** Some servers refuse compressed requests. @defaultValue true */
  readonly takesGzip?: boolean;
}

/** What every server must see in the fast transport, and the other way round. */
export function transportSuite(target: EchoTarget): void {
  describe(`createFastGrpcTransport() with ${target.name}`, () => {
    let server: Awaited<ReturnType<EchoTarget["start"]>>;
    before(async () => {
      server = await target.start();
    });
    after(() => server[Symbol.asyncDispose]());
    const connect = (options: Partial<FastGrpcTransportOptions> = {}): EchoClient =>
      connectEcho(server.url, { ...(server.ca !== undefined && { nodeOptions: { ca: server.ca } }), ...options });

    test("carries metadata, text and binary, to headers and trailers", async () => {
      using echo = connect();
      const binary = Buffer.from([0, 1, 250, 255]).toString("base64").replaceAll("=", "");
      const seen: Headers[] = [];
      const keep = (each: Headers) => {
        seen.push(each);
      };
      const options: CallOptions = {
        headers: { "X-Echo": "some text", "x-echo-bin": binary },
        onHeader: keep,
        onTrailer: keep,
      };
      assert.deepEqual((await echo.unary({ value: bytes(10) }, options)).value, bytes(10));
      for await (const _ of echo.serverStream({}, options)) assert.equal(seen.length, 3);
      assert.equal(seen.length, 4);
      for (const each of seen) {
        assert.equal(each.get("x-echo"), "some text");
        assert.equal(each.get("x-echo-bin")?.replaceAll("=", ""), binary);
      }
    });

    test("carries empty messages and messages of 3 MiB", async () => {
      using echo = connect();
      for (const size of [0, 1, 16_384, 65_535, 65_536, 3_145_728]) {
        const { value } = await echo.unary({ value: bytes(size) }, { timeoutMs: 10_000 });
        assert.equal(Buffer.compare(value, bytes(size)), 0);
      }
    });

    test("streams both ways in lockstep", async () => {
      using echo = connect();
      const requests = queue();
      const responses = echo.bidi(requests)[Symbol.asyncIterator]();
      for (let size = 1; size <= 100; size++) {
        requests.push({ value: bytes(size) });
        const { value } = await responses.next();
        assert.equal(value?.value.length, size);
      }
      requests.end();
      assert.equal((await responses.next()).done, true);
    });

    test("gives the code, text and trailers of an error, and the messages before it", async () => {
      using echo = connect();
      const headers = { "x-fail": String(Code.ResourceExhausted), "x-echo": "on the way out" };
      const asExpected = (error: unknown): boolean => {
        assert.ok(error instanceof ConnectError);
        assert.equal(error.code, Code.ResourceExhausted);
        assert.equal(error.rawMessage, "asked to fail: ü");
        assert.equal(error.metadata.get("x-echo")?.split(",")[0], "on the way out");
        return true;
      };
      await assert.rejects(echo.unary({}, { headers }), asExpected);
      let count = 0;
      const reading = async () => {
        for await (const _ of echo.serverStream({}, { headers: { ...headers, "x-count": "20" } })) count++;
      };
      await assert.rejects(reading, asExpected);
      assert.equal(count, 20);
    });

    test("knows an unimplemented method by its code", async () => {
      using transport = connectTransport(server, "/nowhere");
      await assert.rejects(createClient(Echo, transport).unary({}), (error) => {
        // A proxy that has no such place may say so by its HTTP status.
        assert.ok(error instanceof ConnectError);
        assert.equal(error.code, Code.Unimplemented);
        return true;
      });
    });

    test("ends a call at its deadline and at an abort, and the next one works", async () => {
      using echo = connect();
      const headers = { "x-hang": "1" };
      const begun = performance.now();
      await assert.rejects(echo.unary({}, { headers, timeoutMs: 200 }), { code: Code.DeadlineExceeded });
      const stream = echo.serverStream({}, { headers, timeoutMs: 200 });
      await assert.rejects(collect(stream), { code: Code.DeadlineExceeded });
      assert.ok(performance.now() - begun < 3000);

      const controller = new AbortController();
      const { signal } = controller;
      const calls = [echo.unary({}, { headers, signal }), collect(echo.serverStream({}, { headers, signal }))];
      setTimeout(() => controller.abort(), 50);
      for (const call of calls) await assert.rejects(call, { code: Code.Canceled });
      await echo.unary({});
    });

    test("keeps 1,000 streams apart", async () => {
      using echo = connect();
      const one = async (index: number): Promise<void> => {
        const requests = queue();
        const responses = echo.bidi(requests, { timeoutMs: 30_000 })[Symbol.asyncIterator]();
        for (let round = 0; round < 3; round++) {
          const sent = Buffer.from(`${index}/${round}`);
          requests.push({ value: sent });
          const { value } = await responses.next();
          assert.equal(Buffer.from(value?.value ?? []).toString(), sent.toString());
        }
        requests.end();
        assert.equal((await responses.next()).done, true);
      };
      await Promise.all(Array.from({ length: 1000 }, (_, index) => one(index)));
    });

    test("carries 100 MB each way at once", async () => {
      using echo = connect();
      const chunk = bytes(1_000_000);
      async function* upload() {
        for (let i = 0; i < 100; i++) yield { value: chunk };
      }
      let received = 0;
      for await (const { value } of echo.bidi(upload(), { timeoutMs: 60_000 })) {
        assert.ok(chunk.length === value.length && value[999_999] === chunk[999_999]);
        received += value.length;
      }
      assert.equal(received, 100_000_000);
      const { value } = await echo.clientStream(upload(), { timeoutMs: 60_000 });
      assert.equal(Buffer.from(value).toString(), "100000000");
    });

    test("gets along with windows of 1 KB on its side", async () => {
      using echo = connect({ streamWindowBytes: 1024, receiveHighWaterMarkBytes: 1024 });
      const { value } = await echo.unary({ value: bytes(300_000) }, { timeoutMs: 20_000 });
      assert.equal(Buffer.compare(value, bytes(300_000)), 0);
      const options = { headers: { "x-count": "300" }, timeoutMs: 20_000 };
      assert.equal((await collect(echo.serverStream({ value: bytes(1500) }, options))).length, 300);
    });

    if (target.takesGzip ?? true) {
      test("compresses requests with gzip", async () => {
        using echo = connect({ sendCompression: gzipCompression });
        const { value } = await echo.unary({ value: Buffer.alloc(500_000, "abc") });
        assert.equal(Buffer.compare(value, Buffer.alloc(500_000, "abc")), 0);
      });
    }
  });
}

/** A client of the echo service with a connection of its own, which disposing closes. */
export type EchoClient = Client<typeof Echo> & Disposable;

export function connectEcho(baseUrl: string, options: Partial<FastGrpcTransportOptions> = {}): EchoClient {
  const transport = createFastGrpcTransport({ baseUrl, ...options });
  return { ...createClient(Echo, transport), [Symbol.dispose]: () => transport.close() };
}

function connectTransport(server: { url: string; ca?: string }, path: string): FastGrpcTransport & Disposable {
  const nodeOptions = server.ca === undefined ? undefined : { ca: server.ca };
  const transport = createFastGrpcTransport({ baseUrl: server.url + path, nodeOptions });
  return { ...transport, [Symbol.dispose]: () => transport.close() };
}

/** Bytes that differ, and are the same for the same size. */
export function bytes(size: number): Uint8Array {
  const made = new Uint8Array(size);
  for (let index = 0; index < size; index++) made[index] = index * 31 + (index >> 8);
  return made;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

interface Message {
  readonly value: Uint8Array;
}

/** Requests that a test hands over one by one. */
export function queue(): AsyncIterable<Message> & { push(message: Message): void; end(): void } {
  const waiting: (Message | undefined)[] = [];
  let wake: () => void = () => undefined;
  const add = (message: Message | undefined): void => {
    waiting.push(message);
    wake();
  };
  return {
    push: add,
    end: () => add(undefined),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (waiting.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const next = waiting.shift();
        if (next === undefined) return;
        yield next;
      }
    },
  };
}
