import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { create, fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createFastGrpcTransport, type FastGrpcTransportOptions } from "@pumice/grpc-transport";
import {
  type AppendRequest,
  AppendRequestSchema,
  DCB,
  ErrorResponse_ErrorType,
  ErrorResponseSchema,
} from "@pumice/stubs/umadb";
import type { RunningServer } from "../support/start-process.js";
import { startTcpRelay, type TcpRelay } from "../support/tcp-relay.js";
import { startUmadb } from "../support/umadb.js";

/** UmaDB puts its own ErrorResponse where google.rpc.Status is expected. */
const translateStatusDetails: FastGrpcTransportOptions["translateStatusDetails"] = (raw) => {
  const { errorType } = fromBinary(ErrorResponseSchema, raw);
  return { details: [{ type: ErrorResponseSchema.typeName, value: raw, debug: ErrorResponse_ErrorType[errorType] }] };
};

describe("createFastGrpcTransport() with UmaDB", () => {
  let server: RunningServer;
  let relay: TcpRelay;
  before(async () => {
    server = await startUmadb();
    relay = await startTcpRelay(server.url);
  });
  after(async () => {
    await relay[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const connect = (options: Partial<FastGrpcTransportOptions> = {}) => {
    const transport = createFastGrpcTransport({ baseUrl: relay.url, ...options });
    return { ...createClient(DCB, transport), [Symbol.dispose]: () => transport.close() };
  };

  test("appends, and reads 10,000 events back in order", async () => {
    using dcb = connect();
    const tag = randomUUID();
    for (let batch = 0; batch < 10; batch++) {
      const events = Array.from({ length: 1000 }, (_, index) => event(tag, Buffer.from(String(batch * 1000 + index))));
      await dcb.append({ events }, { timeoutMs: 10_000 });
    }
    const { position } = await dcb.head({});
    let read = 0;
    for await (const { events } of dcb.read({ query: taggedWith(tag), batchSize: 100 }, { timeoutMs: 20_000 })) {
      for (const each of events) assert.equal(Buffer.from(each.event?.data ?? []).toString(), String(read++));
    }
    assert.equal(read, 10_000);
    assert.ok(position !== undefined && position >= 10_000n);
  });

  test("leaves a subscription without harm to other calls", async () => {
    using dcb = connect();
    const tag = randomUUID();
    await dcb.append({ events: [event(tag, Buffer.from("first"))] });
    const controller = new AbortController();
    const received: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const { events } of dcb.subscribe({ query: taggedWith(tag) }, { signal: controller.signal })) {
        for (const each of events) received.push(Buffer.from(each.event?.data ?? []).toString());
        if (received.length === 1) await dcb.append({ events: [event(tag, Buffer.from("second"))] });
        else controller.abort();
      }
    };
    await assert.rejects(reading, { code: Code.Canceled });
    assert.deepEqual(received, ["first", "second"]);
    await dcb.head({}, { timeoutMs: 2000 });
  });

  for (const translated of [true, false]) {
    for (const size of [20_000, 200_000, 2_000_000]) {
      const how = translated ? "with its details translated" : "by the book";
      test(`tells a conflict on an event of ${size} bytes ${how}, and the connection lives`, async () => {
        const before = relay.connections();
        using dcb = connect(translated ? { translateStatusDetails } : {});
        const tag = randomUUID();
        await dcb.append({ events: [event(tag, Buffer.alloc(size, 0xc8))] });
        const controller = new AbortController();
        const subscription = dcb
          .subscribe({ query: taggedWith(tag) }, { signal: controller.signal })
          [Symbol.asyncIterator]();
        await subscription.next();

        const begun = performance.now();
        const conflicting = create(AppendRequestSchema, {
          events: [event(tag, Buffer.from("late"))],
          condition: { failIfEventsMatch: taggedWith(tag), after: 0n },
        });
        const [conflict, ...neighbours] = await Promise.allSettled([
          dcb.append(conflicting, { timeoutMs: 10_000 }),
          ...Array.from({ length: 20 }, () => dcb.head({}, { timeoutMs: 5000 })),
        ]);
        assert.ok(performance.now() - begun < 2000);
        assert.ok(conflict?.status === "rejected" && conflict.reason instanceof ConnectError);
        assert.equal(conflict.reason.code, Code.FailedPrecondition);
        assert.match(conflict.reason.rawMessage, /^integrity error: condition failed/);
        assert.equal(conflict.reason.metadata.get("grpc-status"), "9");
        assert.ok(neighbours.every(({ status }) => status === "fulfilled"));

        await dcb.append({ events: [event(tag, Buffer.from("next"))] }, { timeoutMs: 2000 });
        const { value } = await subscription.next();
        assert.equal(Buffer.from(value?.events[0]?.event?.data ?? []).toString(), "next");
        controller.abort();
        assert.equal(relay.connections(), before + 1);
      });
    }
  }

  test("gives code, text and details of a small error", async () => {
    using dcb = connect({ translateStatusDetails });
    await assert.rejects(dcb.append({ events: [{ ...event("t", Buffer.alloc(0)), uuid: "not a uuid" }] }), (error) => {
      assert.ok(error instanceof ConnectError);
      assert.equal(error.code, Code.DataLoss);
      assert.match(error.rawMessage, /Invalid UUID/);
      const [detail] = error.details;
      assert.ok(detail && "value" in detail);
      const value = detail.value as Uint8Array;
      assert.equal(fromBinary(ErrorResponseSchema, value).errorType, ErrorResponse_ErrorType.CORRUPTION);
      return true;
    });
  });

  test("answers the server's pings while nothing else happens", { timeout: 40_000 }, async () => {
    const before = relay.connections();
    using dcb = connect();
    await dcb.head({});
    await new Promise((resolve) => setTimeout(resolve, 17_000)); // a mute client is cut off after 15 s
    await dcb.head({});
    assert.equal(relay.connections(), before + 1);
  });
});

function event(tag: string, data: Uint8Array): AppendRequest["events"][number] {
  const [made] = create(AppendRequestSchema, { events: [{ eventType: "tested", tags: [tag], data }] }).events;
  assert.ok(made);
  return made;
}

function taggedWith(tag: string) {
  return { items: [{ tags: [tag] }] };
}
