import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Code, ConnectError, decodeBinaryHeader, encodeBinaryHeader, type Interceptor } from "@connectrpc/connect";
import { gzipCompression } from "@pumice/grpc-transport";
import { Echo } from "./echo-service.js";
import { answer, framed, grpcHeaders, startEchoServer, startRawServer } from "./start-server.js";

const hello = { value: Buffer.from("hello") };
const identity: Interceptor = (next) => (request) => next(request);

for (const [path, interceptors] of [
  ["directly", []],
  ["through an interceptor", [identity]],
] as const) {
  describe(`createFastGrpcTransport() called ${path}`, () => {
    test("makes unary calls, with headers and trailers both ways", async () => {
      await using server = await startEchoServer();
      const seen: Record<string, string | null> = {};
      const response = await server.client({ interceptors }).unary(hello, {
        headers: { "X-Sent": "something" },
        timeoutMs: 5000,
        onHeader: (header) => {
          seen["header"] = header.get("x-seen");
        },
        onTrailer: (trailer) => {
          seen["trailer"] = trailer.get("x-timeout");
        },
      });
      assert.deepEqual(response.value, new Uint8Array(hello.value));
      assert.equal(seen["header"], "something");
      assert.match(seen["trailer"] ?? "", /^(5000|49\d\d)m$/);
    });

    test("makes calls of every kind", async () => {
      await using server = await startEchoServer();
      const client = server.client({ interceptors });
      const three = { value: Uint8Array.of(3) };
      assert.equal((await collect(client.serverStream(three))).length, 3);
      assert.equal(Buffer.from((await client.clientStream(many(7, 100))).value).toString(), "700");
      assert.equal((await collect(client.bidi(many(9, 10)))).length, 9);
    });

    test("compresses both ways", async () => {
      await using server = await startEchoServer();
      const client = server.client({ interceptors, sendCompression: gzipCompression });
      assert.equal((await client.unary({ value: Buffer.alloc(50_000, 1) })).value.length, 50_000);
      assert.equal((await collect(client.bidi(many(5, 20_000)))).length, 5);
    });

    test("carries 20 MB both ways in one message and in many", async () => {
      await using server = await startEchoServer();
      const client = server.client({ interceptors });
      const value = Buffer.alloc(20_000_000, 7);
      assert.equal(Buffer.compare((await client.unary({ value })).value, value), 0);
      let size = 0;
      for await (const { value } of client.bidi(many(200, 100_000))) size += value.length;
      assert.equal(size, 20_000_000);
    });

    test("makes 1,000 calls at once", async () => {
      await using server = await startEchoServer();
      const client = server.client({ interceptors });
      const calls = Array.from({ length: 1000 }, (_, i) => client.unary({ value: Buffer.from(String(i)) }));
      const texts = (await Promise.all(calls)).map(({ value }) => Buffer.from(value).toString());
      assert.deepEqual(
        texts,
        texts.map((_, i) => String(i)),
      );
    });

    test("gives an error its code, message, details and metadata", async () => {
      const details = Buffer.from([8, 9, 18, 2, 110, 111, 26, 8, 10, 3, 97, 47, 84, 18, 1, 5]).toString("base64");
      await using server = await startRawServer((stream) =>
        answer(stream, {
          "grpc-status": "9",
          "grpc-message": "caf%C3%A9",
          "grpc-status-details-bin": details,
          "x-more": "1",
        }),
      );
      const error = await failure(server.client({ interceptors }).unary(hello));
      assert.equal(error.code, Code.FailedPrecondition);
      assert.equal(error.rawMessage, "no");
      assert.deepEqual(error.details, [{ type: "T", value: Uint8Array.of(5) }]);
      assert.equal(error.metadata.get("x-more"), "1");
      assert.equal(error.metadata.get("content-type"), "application/grpc");
    });
  });
}

test("createFastGrpcTransport() puts the path of baseUrl before the method's", async () => {
  const paths: unknown[] = [];
  await using server = await startRawServer((stream, headers) => {
    paths.push(headers[":path"]);
    answer(stream);
  });
  await server.client({ baseUrl: `${server.url}/some/api/` }).unary(hello);
  assert.deepEqual(paths, ["/some/api/test.Echo/Unary"]);
});

test("createFastGrpcTransport() sends what gRPC asks for, and the caller's user agent", async () => {
  let seen: Record<string, unknown> = {};
  await using server = await startRawServer((stream, headers) => {
    seen = headers;
    answer(stream);
  });
  const client = server.client();
  await client.unary(hello, { headers: [["X-Data-Bin", encodeBinaryHeader(Uint8Array.of(1, 255))]], timeoutMs: 1e11 });
  assert.equal(seen["te"], "trailers");
  assert.equal(seen["content-type"], "application/grpc+proto");
  assert.equal(seen["grpc-accept-encoding"], "gzip");
  assert.equal(seen["grpc-timeout"], "1666667M");
  assert.match(String(seen["user-agent"]), /^pumice/);
  assert.deepEqual([...decodeBinaryHeader(String(seen["x-data-bin"]))], [1, 255]);
  await client.unary(hello, { headers: { "User-Agent": "me" } });
  assert.equal(seen["user-agent"], "me");
});

const statuses: [what: string, trailers: Record<string, string>, code: Code, message: string][] = [
  [
    "details that are no base64",
    { "grpc-status": "5", "grpc-message": "gone", "grpc-status-details-bin": "%%%" },
    Code.NotFound,
    "gone",
  ],
  [
    "details that are no Status",
    { "grpc-status": "5", "grpc-message": "gone", "grpc-status-details-bin": "/////w" },
    Code.NotFound,
    "gone",
  ],
  ["a message that is badly encoded", { "grpc-status": "3", "grpc-message": "100%" }, Code.InvalidArgument, "100%"],
  ["a status beyond the known ones", { "grpc-status": "77" }, Code.Internal, 'Invalid grpc-status: "77"'],
  ["no status", {}, Code.Internal, "The response has no grpc-status"],
];
for (const [what, trailers, code, message] of statuses) {
  test(`createFastGrpcTransport() keeps to the status with ${what}`, async () => {
    await using server = await startRawServer((stream) => answer(stream, trailers));
    const error = await failure(server.client().unary(hello));
    assert.equal(error.code, code);
    assert.equal(error.rawMessage, message);
  });
}

test("createFastGrpcTransport() lets a hook read details that are no google.rpc.Status", async () => {
  await using server = await startRawServer((stream) =>
    answer(stream, { "grpc-status": "9", "grpc-message": "plain", "grpc-status-details-bin": "AQID" }),
  );
  const error = await failure(
    server
      .client({
        translateStatusDetails: (raw, { message }) => ({ code: Code.Aborted, message: `${message} ${raw.join()}` }),
      })
      .unary(hello),
  );
  assert.equal(error.code, Code.Aborted);
  assert.equal(error.rawMessage, "plain 1,2,3");
});

const bodies: [what: string, body: Uint8Array, code: Code][] = [
  ["no message", new Uint8Array(0), Code.Unimplemented],
  ["two messages", Buffer.concat([framed(hello.value), framed(hello.value)]), Code.Unimplemented],
  ["a message cut short", framed(hello.value).subarray(0, 8), Code.Internal],
  ["unknown flags", Buffer.from([2, 0, 0, 0, 0]), Code.Internal],
  ["a compressed message without encoding", Buffer.from([1, 0, 0, 0, 0]), Code.Internal],
  ["bytes that are no message", Buffer.from([0, 0, 0, 0, 1, 0xff]), Code.InvalidArgument],
  ["a message above readMaxBytes", framed(Buffer.alloc(2000)), Code.ResourceExhausted],
];
for (const [what, body, code] of bodies) {
  test(`createFastGrpcTransport() fails a unary call whose response has ${what}`, async () => {
    await using server = await startRawServer((stream) => answer(stream, undefined, body));
    assert.equal((await failure(server.client({ readMaxBytes: 1000 }).unary(hello))).code, code);
  });
}

test("createFastGrpcTransport() refuses to send a message above writeMaxBytes", async () => {
  await using server = await startEchoServer();
  const client = server.client({ writeMaxBytes: 1000 });
  assert.equal((await failure(client.unary({ value: Buffer.alloc(2000) }))).code, Code.ResourceExhausted);
  assert.equal((await failure(client.clientStream(many(2, 2000)))).code, Code.ResourceExhausted);
});

test("createFastGrpcTransport() checks readMaxBytes before it buffers, and after decompression", async () => {
  await using raw = await startRawServer((stream) => {
    stream.respond(grpcHeaders);
    stream.write(Buffer.from([0, 0x7f, 0, 0, 0, 1])); // 2 GB announced, one byte sent
  });
  assert.equal((await failure(raw.client({ readMaxBytes: 1000 }).unary(hello))).code, Code.ResourceExhausted);
  await using echo = await startEchoServer();
  const client = echo.client({ readMaxBytes: 1000, sendCompression: gzipCompression });
  assert.equal((await failure(client.unary({ value: Buffer.alloc(100_000) }))).code, Code.ResourceExhausted);
});

test("createFastGrpcTransport() tells a response that is not gRPC by its HTTP status or content type", async () => {
  await using server = await startRawServer((stream, headers) => {
    const html = headers["x-html"] !== undefined;
    stream.respond({ ":status": html ? 200 : 503, "content-type": "text/html" });
    stream.end("<p>");
  });
  const client = server.client();
  assert.equal((await failure(client.unary(hello))).code, Code.Unavailable);
  assert.equal((await failure(client.unary(hello, { headers: { "x-html": "1" } }))).code, Code.Unknown);
});

test("createFastGrpcTransport() rejects with a ConnectError for headers HTTP cannot carry", async () => {
  await using server = await startEchoServer();
  for (const interceptors of [[], [identity]]) {
    const transport = server.transport({ interceptors });
    const call = transport.unary(Echo.method.unary, undefined, undefined, [["x-bad", "a\nb"]], hello);
    assert.equal((await failure(call)).code, Code.InvalidArgument);
  }
});

async function* many(count: number, size: number): AsyncGenerator<{ value: Uint8Array }> {
  for (let i = 0; i < count; i++) yield { value: Buffer.alloc(size, i) };
}

async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const message of messages) found.push(message);
  return found;
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => assert.fail("The call succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ConnectError);
  return error;
}
