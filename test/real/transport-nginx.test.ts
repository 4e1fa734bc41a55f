import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { neverSent } from "@pumice/grpc-transport";
import { hasNginx, type NginxOptions, startNginx } from "../support/nginx.js";
import { startNodeEcho } from "../support/node-echo.js";
import { bytes, connectEcho, transportSuite } from "../support/transport-suite.js";

// connect-node's adapter prints every call that a client breaks off.
mock.method(console, "error", () => undefined);

if (await hasNginx()) {
  transportSuite({ name: "nginx in front", start: () => startBehindNginx() });
  transportSuite({ name: "nginx in front, over TLS", start: () => startBehindNginx({ tls: true }) });

  test("createFastGrpcTransport() loses no call when nginx ends a connection after 100 of them", async () => {
    await using server = await startBehindNginx({ keepaliveRequests: 100 });
    using echo = connectEcho(server.url);
    let repeated = 0;
    const call = async (size: number): Promise<void> => {
      try {
        assert.equal((await echo.unary({ value: bytes(size) }, { timeoutMs: 10_000 })).value.length, size);
      } catch (error) {
        assert.ok(error instanceof ConnectError && error.code === Code.Unavailable && neverSent in error);
        repeated++;
        await call(size);
      }
    };
    for (let round = 0; round < 50; round++) await Promise.all(Array.from({ length: 20 }, (_, size) => call(size)));
    assert.ok(repeated < 500);
  });
} else {
  test("nginx as a proxy before the fast transport's server", (context) => {
    assert.equal(process.env["CI"], undefined, "nginx is not installed, and could not be");
    context.skip("nginx is not installed");
  });
}

/** The echo service, and an nginx that passes calls on to it. */
async function startBehindNginx(options: Omit<NginxOptions, "upstream"> = {}) {
  const echo = await startNodeEcho();
  try {
    const nginx = await startNginx({ ...options, upstream: echo.url });
    return {
      ...nginx,
      [Symbol.asyncDispose]: async () => {
        await nginx[Symbol.asyncDispose]();
        await echo[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await echo[Symbol.asyncDispose]();
    throw error;
  }
}
