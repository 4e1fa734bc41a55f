import assert from "node:assert/strict";
import { after, test } from "node:test";
import { connectKv } from "@pumice/kv-client";
import { startReferenceServer } from "@pumice/reference-server";
import { ProcessWatch } from "../faults/process-watch.ts";
import { rpcRecorder } from "../support/rpc-recorder.js";
import { kvTransports } from "./kv-transports.js";

const server = await startReferenceServer();
const { username, password } = server.kv;
after(() => server.close());

for (const [name, open] of Object.entries(kvTransports(server.kv))) {
  test(`kv over ${name}: 1,000 calls across a token's expiry log in once, and none fails`, async () => {
    const { transport, calls } = rpcRecorder(open());
    await using kv = connectKv({ transport, username, password });
    await kv.put("k", "v");
    const { signal } = new AbortController(); // calls that share one are no leak
    using watch = new ProcessWatch();

    const reads = Array.from({ length: 500 }, () => kv.get("k", { signal }));
    await Promise.race(reads); // some have been answered, the others are on their way
    server.kv.faults.expireTokens();
    const later = Array.from({ length: 500 }, () => kv.get("k"));
    const entries = await Promise.all([...reads, ...later]);

    assert.deepEqual(new Set(entries.map((entry) => entry?.text())), new Set(["v"]));
    assert.equal(calls.filter(({ rpc }) => rpc === "Authenticate").length, 2); // the first one was for the put
    assert.deepEqual(watch.problems, []);
  });
}
