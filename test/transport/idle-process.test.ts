import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { startEchoServer } from "./start-server.js";

const program = `
  import { createClient } from "@connectrpc/connect";
  import { createFastGrpcTransport } from "@pumice/grpc-transport";
  import { Echo } from "./echo-service.js";
  const client = createClient(Echo, createFastGrpcTransport({ baseUrl: process.argv[1], pingIntervalMs: 50 }));
  await client.unary({ value: new Uint8Array(3) });
  for await (const _ of client.serverStream({ value: Uint8Array.of(3) })) continue;
  console.log("done");
`;

test("createFastGrpcTransport() does not hold the process once its calls are done", async () => {
  await using server = await startEchoServer();
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=@pumice/source", "--input-type=module", "--eval", program, server.url],
    { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  assert.equal(output, "done\n");
  assert.ok(performance.now() - startedAt < 10_000);
});
