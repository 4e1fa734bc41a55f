import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createFastGrpcTransport, neverSent } from "@pumice/grpc-transport";
import { Echo } from "./echo-service.js";

const baseUrl = "http://127.0.0.1:1";

for (const interceptors of [
  [],
  [(next: (request: never) => never) => (request: never) => next(request)],
] as never[][]) {
  const path = interceptors.length === 0 ? "directly" : "through an interceptor";

  test(`createFastGrpcTransport() rejects calls, ${path}, whose codec cannot be found`, async () => {
    const codecs = () => {
      throw new Error("no codec today");
    };
    const transport = createFastGrpcTransport({ baseUrl, interceptors, codecs });
    const { unary, serverStream } = Echo.method;
    for (const call of [
      transport.unary(unary, undefined, undefined, undefined, {}),
      transport.stream(serverStream, undefined, undefined, undefined, noMessages()),
    ]) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof ConnectError);
        assert.equal(error.code, Code.Internal);
        assert.equal(error.rawMessage, "no codec today");
        return true;
      });
    }
  });

  test(`createFastGrpcTransport() says that it is closed, ${path}, as often as it is closed`, async () => {
    const transport = createFastGrpcTransport({ baseUrl, interceptors });
    for (let times = 0; times < 2; times++) {
      transport.close();
      await assert.rejects(createClient(Echo, transport).unary({}), (error) => {
        assert.ok(error instanceof ConnectError);
        assert.equal(error.code, Code.Unavailable);
        assert.equal(error.rawMessage, "The transport is closed");
        assert.ok(neverSent in error);
        return true;
      });
    }
  });
}

async function* noMessages(): AsyncGenerator<object> {
  // nothing to send
}
