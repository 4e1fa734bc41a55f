import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { callInterceptors, type RenewalEvent, tokenSource, withInterceptors } from "@pumice/client-core";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { startReferenceServer } from "@pumice/reference-server";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

const server = await startReferenceServer();
const { url: baseUrl, username, password } = server.kv;
after(() => server.close());

const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

const transports: Readonly<Record<string, () => Transport & { close?(): void }>> = {
  "grpc-transport": () => createFastGrpcTransport({ baseUrl }),
  "connect-node": () => createGrpcTransport({ baseUrl }),
};

for (const [name, connect] of Object.entries(transports)) {
  test(`1,000 concurrent calls across a token's expiry log in once more and none fails, over ${name}`, async () => {
    const transport = connect();
    const login = createClient(ScoriaDB, transport);
    const renewals: RenewalEvent[] = [];
    let nowMs = 0;
    const tokens = tokenSource(
      async () => {
        const { jwtToken } = await login.authenticate({ username, password });
        return { value: jwtToken, expiresAtMs: nowMs + 1000 };
      },
      { now: () => nowMs, onRenewal: (event) => void renewals.push(event) },
    );
    const stub = createClient(ScoriaDB, withInterceptors(transport, callInterceptors({ tokens })));
    const put = (index: number) => stub.put({ key: Buffer.from(`k${index}`), value: Buffer.from("v") });
    await put(0);
    const calls = Array.from({ length: 1000 }, (_, index) => {
      if (index === 500) nowMs = 1000;
      return put(index);
    });
    await Promise.all(calls);
    assert.equal(renewals.length, 2);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(unhandled, []);
    transport.close?.();
  });

  test(`1,000 concurrent calls with a token that the server has forgotten log in once, over ${name}`, async () => {
    const transport = connect();
    const login = createClient(ScoriaDB, transport);
    let logins = 0;
    const tokens = tokenSource(async () => {
      logins += 1;
      if (logins === 1) return { value: "of another server" };
      return { value: (await login.authenticate({ username, password })).jwtToken };
    });
    const stub = createClient(ScoriaDB, withInterceptors(transport, callInterceptors({ tokens })));
    await Promise.all(Array.from({ length: 1000 }, () => stub.get({ key: Buffer.from("k") })));
    assert.equal(logins, 2);
    transport.close?.();
  });
}
