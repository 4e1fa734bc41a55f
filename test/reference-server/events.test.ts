import assert from "node:assert/strict";
import { after, test } from "node:test";
import { create, type DescMethod, type DescService, fromBinary } from "@bufbuild/protobuf";
import type { GenService } from "@bufbuild/protobuf/codegenv2";
import { Code, ConnectError, createClient, decodeBinaryHeader, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { createFastGrpcTransport, gzipCompression } from "@pumice/grpc-transport";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import {
  DCB,
  ErrorResponseSchema,
  ErrorResponse_ErrorType as ErrorType,
  type TrackingRequestSchema,
  type TrackingResponseSchema,
} from "@pumice/stubs/umadb";

const server = await startReferenceServer();
const { url: baseUrl } = server.events;
after(() => server.close());

/** gRPC's health service by messages that have the same first fields: a text, and a number. */
const health = serviceOf("grpc.health.v1.Health", {
  check: DCB.method.getTrackingInfo,
  watch: { ...DCB.method.getTrackingInfo, methodKind: "server_streaming" },
}) as GenService<{
  check: Tracking & { methodKind: "unary" };
  watch: Tracking & { methodKind: "server_streaming" };
}>;
type Tracking = { input: typeof TrackingRequestSchema; output: typeof TrackingResponseSchema };

const transports: Readonly<Record<string, () => Transport>> = {
  gRPC: () => createFastGrpcTransport({ baseUrl }),
  "gRPC-Web": () => createGrpcWebTransport({ baseUrl }),
  Connect: () => createConnectTransport({ baseUrl, useBinaryFormat: true }),
  "in process": () => createReferenceServices().events.transport,
};

for (const [name, transport] of Object.entries(transports)) {
  test(`the reference event store over ${name} appends, reads back, and tells head and tracking`, async () => {
    const dcb = createClient(DCB, transport());
    const tag = crypto.randomUUID();
    const events = ["one", "two"].map((text) => ({ eventType: "T", tags: [tag], data: Buffer.from(text) }));
    const { position } = await dcb.append({ events, trackingInfo: { source: tag, position: 0n } });
    assert.equal((await dcb.head({})).position, position);
    assert.equal((await dcb.getTrackingInfo({ source: tag })).position, 0n);
    assert.equal((await dcb.getTrackingInfo({ source: "unknown" })).position, undefined);
    const [message, ...others] = await collect(dcb.read({ query: { items: [{ tags: [tag] }] } }));
    assert.equal(others.length, 0);
    assert.equal(message?.head, position);
    assert.deepEqual(
      message?.events.map(({ position, event }) => [position, Buffer.from(event?.data ?? []).toString()]),
      [
        [position - 1n, "one"],
        [position, "two"],
      ],
    );
  });

  test(`the reference event store over ${name} delivers a subscription without a gap or repeat at the seam`, async () => {
    const dcb = createClient(DCB, transport());
    const tag = crypto.randomUUID();
    const append = (count: number) => dcb.append({ events: Array.from({ length: count }, () => ({ tags: [tag] })) });
    const { position: first } = await append(5);
    const leave = new AbortController();
    const query = { items: [{ tags: [tag] }] };
    const positions: bigint[] = [];
    for await (const { events } of dcb.subscribe(
      { query, after: first - 5n, batchSize: 2 },
      { signal: leave.signal },
    )) {
      assert.ok(events.length > 0 && events.length <= 2);
      positions.push(...events.map(({ position }) => position));
      if (positions.length <= 4) await append(1);
      if (positions.length >= 7) break;
    }
    leave.abort();
    assert.deepEqual(
      positions.map((position) => position - first),
      positions.map((_, index) => BigInt(index - 4)),
    );
  });
}

test("a failed condition carries a bare ErrorResponse over gRPC, a typed detail over Connect, and a short text", async () => {
  const services = createReferenceServices();
  const cases: [Transport, boolean][] = [
    [createFastGrpcTransport({ baseUrl }), false],
    [createConnectTransport({ baseUrl }), true],
    [services.events.transport, true],
  ];
  for (const [transport, isTyped] of cases) {
    const dcb = createClient(DCB, transport);
    const { position } = await dcb.append({ events: [{ data: Buffer.from("secret") }] });
    const error = await failure(dcb.append({ events: [{}], condition: { after: position - 1n } }));
    assert.equal(error.code, Code.FailedPrecondition);
    const text = `integrity error: condition failed: the event at position ${position} matches the condition`;
    assert.equal(error.rawMessage, text);
    const bare = error.metadata.get("grpc-status-details-bin");
    const response = isTyped
      ? error.findDetails(ErrorResponseSchema)[0]
      : fromBinary(ErrorResponseSchema, decodeBinaryHeader(bare ?? ""));
    assert.deepEqual(response, create(ErrorResponseSchema, { message: text, errorType: ErrorType.INTEGRITY }));
  }
});

test("the dump of a large event arrives in headers of any size", async () => {
  await using dumping = await startReferenceServer({ events: { conflictText: "dump" } });
  const transport = createFastGrpcTransport({ baseUrl: dumping.events.url, maxHeaderValueBytes: 100_000_000 });
  const dcb = createClient(DCB, transport);
  for (const size of [10_000, 100_000]) {
    const { position } = await dcb.append({ events: [{ data: new Uint8Array(size).fill(200) }] });
    const error = await failure(dcb.append({ events: [{}], condition: { after: position - 1n } }));
    assert.equal(error.code, Code.FailedPrecondition);
    assert.ok(error.rawMessage.length > size * 5);
  }
  transport.close();
});

test("an empty append whose condition matches is refused, and the server lives", async () => {
  const dcb = createClient(DCB, server.events.transport);
  await dcb.append({ events: [{}] });
  await assert.rejects(dcb.append({ condition: {} }), { code: Code.FailedPrecondition });
  assert.equal((await dcb.append({})).position, 0n);
});

test("a subscription's headers come before its first message, over gRPC, gRPC-Web and Connect", async () => {
  for (const name of ["gRPC", "gRPC-Web", "Connect"]) {
    const leave = new AbortController();
    const dcb = createClient(DCB, transports[name]?.() ?? assert.fail());
    const headers = deferred<Headers>();
    const options = { signal: leave.signal, onHeader: headers.resolve };
    const reading = assert.rejects(collect(dcb.subscribe({ after: 1_000_000n }, options)), { code: Code.Canceled });
    assert.match((await headers.promise).get("content-type") ?? "", /^application\/(grpc|connect)/);
    leave.abort();
    await reading;
  }
});

test("server.close() ends a subscription with status OK", async () => {
  const closing = await startReferenceServer();
  const dcb = createClient(DCB, createFastGrpcTransport({ baseUrl: closing.events.url }));
  const opened = deferred<Headers>();
  const reading = collect(dcb.subscribe({}, { onHeader: opened.resolve }));
  await opened.promise;
  await closing.close();
  assert.deepEqual(await reading, []);
});

test("the old service path reaches the same store, and refuses the old subscription as the new path does", async () => {
  const old = serviceOf("umadb.UmaDBService", DCB.method) as typeof DCB;
  const transport = createFastGrpcTransport({ baseUrl });
  const { position } = await createClient(old, transport).append({ events: [{ eventType: "old" }] });
  assert.equal((await createClient(DCB, transport).head({})).position, position);
  assert.equal((await createClient(old, transport).head({})).position, position);
  for (const service of [DCB, old]) {
    const error = await failure(collect(createClient(service, transport).read({ subscribe: true })));
    assert.equal(error.code, Code.InvalidArgument);
    assert.match(error.rawMessage, /deprecated/);
  }
});

test("an API key is compared as one exact string in every rpc, and health needs none", async () => {
  await using locked = await startReferenceServer({ events: { apiKey: "secret" } });
  const transport = createFastGrpcTransport({ baseUrl: locked.events.url });
  const dcb = createClient(DCB, transport);
  for (const authorization of [undefined, "secret", "bearer secret", "Bearer  secret", "Bearer other"]) {
    const options = { headers: authorization === undefined ? {} : { authorization } };
    for (const call of [
      dcb.head({}, options),
      dcb.append({ events: [{}] }, options),
      dcb.getTrackingInfo({}, options),
      collect(dcb.read({}, options)),
      collect(dcb.subscribe({}, options)),
    ]) {
      const error = await failure(call);
      assert.equal(error.code, Code.Unauthenticated);
      assert.equal(error.rawMessage, "authentication error: missing or invalid API key");
    }
  }
  assert.equal((await dcb.head({}, { headers: { authorization: "Bearer secret" } })).position, undefined);
  assert.equal((await createClient(health, transport).check({})).position, 1n);
  transport.close();
});

test("the health service knows the server and the event store, and tells watchers that the server stops", async () => {
  const stopping = await startReferenceServer();
  const transport = createFastGrpcTransport({ baseUrl: stopping.events.url });
  const { check, watch } = createClient(health, transport);
  for (const source of ["", "umadb.v1.DCB"]) assert.equal((await check({ source })).position, 1n);
  for (const call of [check({ source: "x" }), collect(watch({ source: "x" }))]) {
    const error = await failure(call);
    assert.equal(error.code, Code.NotFound);
    assert.equal(error.rawMessage, "service not registered");
  }
  const statuses: unknown[] = [];
  for await (const { position } of watch({})) {
    statuses.push(position);
    if (statuses.length === 1) stopping.close();
  }
  assert.deepEqual(statuses, [1n, 2n]);
});

test("compressed requests are refused as unimplemented", async () => {
  const transport = createFastGrpcTransport({ baseUrl, sendCompression: gzipCompression, compressMinBytes: 0 });
  await assert.rejects(createClient(DCB, transport).append({ events: [{}] }), { code: Code.Unimplemented });
  transport.close();
});

test("faults take the answer of an append, or hold the request back until another was served", async () => {
  const services = createReferenceServices();
  const dcb = createClient(DCB, services.events.transport);
  const count = async () => (await dcb.head({})).position ?? 0n;
  services.events.faults.next("Append", "dropAnswer");
  await assert.rejects(dcb.append({ events: [{}] }), { code: Code.Unavailable });
  assert.equal(await count(), 1n);
  services.events.faults.next("Append", "dropRequest");
  await assert.rejects(dcb.append({ events: [{}] }), { code: Code.Unavailable });
  assert.equal(await count(), 1n);
  services.events.faults.next("Append", "holdRequest", { calls: 2 });
  await assert.rejects(dcb.append({ events: [{}] }), { code: Code.Unavailable });
  assert.deepEqual([await count(), await count(), await count()], [1n, 1n, 2n]);
});

/** A service of other services' methods: each has a name of its own on the wire. */
function serviceOf(typeName: string, methods: Readonly<Record<string, DescMethod>>): DescService {
  const service = { ...DCB, typeName, methods: [] as DescMethod[], method: {} } as DescService;
  for (const [localName, method] of Object.entries(methods)) {
    const name = `${localName[0]?.toUpperCase()}${localName.slice(1)}`;
    service.methods.push({ ...method, localName, name, parent: service } as DescMethod);
  }
  return service;
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => assert.fail("the call succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ConnectError);
  return error;
}
