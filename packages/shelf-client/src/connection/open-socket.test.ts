import assert from "node:assert/strict";
import dns from "node:dns";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { openSocket } from "./open-socket.js";

test("openSocket() says why no address of a host could be reached", async (t) => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const addresses = [
    { address: "127.0.0.1", family: 4 },
    { address: "127.0.0.2", family: 4 },
  ];
  const lookup = (_host: string, _options: unknown, done: (error: null, found: unknown) => void) =>
    done(null, addresses);
  t.mock.method(dns, "lookup", lookup as never);
  const limits = { connectTimeoutMs: 5_000, readTimeoutMs: 5_000, maxAnswerBytes: 10 };
  const address = { host: "localhost", port, text: "tcp://localhost" };
  await assert.rejects(openSocket(address, limits, new AbortController().signal), {
    kind: "unreachable",
    message: /^Cannot connect to tcp:\/\/localhost: .*ECONNREFUSED 127\.0\.0\.1:\d+, .*ECONNREFUSED 127\.0\.0\.2/,
  });
});
