import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { ImmuService } from "@pumice/stubs/immudb";
import { inProcessTransport } from "../in-process-transport.js";
import { faultInterceptor } from "./fault-interceptor.js";
import { FaultSource } from "./faults.js";

// ScoriaDB has no rpc with a streamed request; immudb has both kinds.

function streamingService() {
  const faults = new FaultSource(
    {},
    {
      rpcs: ImmuService.methods.map(({ name, methodKind }) => ({ name, isStream: /server|bidi/.test(methodKind) })),
      expireTokens: () => undefined,
    },
  );
  const received: number[] = [];
  const transport = inProcessTransport((router) => {
    router.service(
      ImmuService,
      {
        async streamSet(chunks) {
          for await (const { content } of chunks) received.push(content[0] ?? 0);
          return { nentries: received.length };
        },
        async *streamExportTx(requests) {
          for await (const { tx } of requests) {
            received.push(Number(tx));
            yield { content: new Uint8Array([Number(tx)]) };
          }
        },
      },
      { interceptors: [faultInterceptor(faults)] },
    );
  });
  const stub = createClient(ImmuService, transport);
  const send = async () => {
    async function* chunks() {
      for (const byte of [1, 2, 3]) yield { content: new Uint8Array([byte]) };
    }
    return await stub.streamSet(chunks());
  };
  const exchange = async () => {
    async function* requests() {
      yield { tx: 7n };
    }
    for await (const _ of stub.streamExportTx(requests()));
  };
  return { faults, received, stub, send, exchange };
}

const lost = { code: Code.Unavailable, rawMessage: "the call was lost by an injected fault" };

test("faultInterceptor() drops the answer of a streamed request after all of it has had its effect", async () => {
  const { faults, received, send } = streamingService();
  faults.next("streamSet", "dropAnswer");
  await assert.rejects(send(), lost);
  assert.deepEqual(received, [1, 2, 3]);
});

test("faultInterceptor() holds a streamed request back as a whole", async () => {
  const { faults, received, send } = streamingService();
  faults.next("streamSet", "holdRequest");
  await assert.rejects(send(), lost);
  assert.deepEqual(received, []);
  await send();
  assert.deepEqual(received, [1, 2, 3, 1, 2, 3]);
});

test("faultInterceptor() drops what is streamed both ways where it would be held back", async () => {
  const { faults, received, exchange } = streamingService();
  faults.next("streamExportTx", "holdRequest");
  await assert.rejects(exchange(), lost);
  await faults.releaseHeld();
  assert.deepEqual(received, []);
  faults.next("streamExportTx", "abortStream");
  await assert.rejects(exchange(), lost);
  assert.deepEqual(received, [7]);
});

test("faultInterceptor() drops an error as it drops an answer", async () => {
  const { faults, stub } = streamingService();
  await assert.rejects(stub.count({}), { code: Code.Unimplemented });
  faults.next("Count", "dropAnswer");
  await assert.rejects(stub.count({}), lost);
});
