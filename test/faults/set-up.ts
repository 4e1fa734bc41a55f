import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createFastGrpcTransport, type FastGrpcTransportOptions } from "@pumice/grpc-transport";
import { ImmuService } from "@pumice/stubs/immudb";
import type { HostileConnection } from "./hostile-connection.ts";
import { type Script, startHostileServer } from "./hostile-server.ts";
import { ProcessWatch } from "./process-watch.ts";
import { SeededRandom } from "./seeded-random.ts";
import { goodAnswer } from "./stream-faults.ts";

const greet = (connection: HostileConnection) => connection.greet();

/** A server that is good but for `script`, a client of it, and a watch on the process that lets nothing pass. */
export async function setUp(script: Partial<Script>, options: Partial<FastGrpcTransportOptions> = {}) {
  const watch = new ProcessWatch();
  const server = await startHostileServer({ connection: greet, stream: goodAnswer, ...script }, new SeededRandom(1));
  const transport = createFastGrpcTransport({ baseUrl: server.url, ...options });
  return {
    server,
    client: createClient(ImmuService, transport),
    close: () => transport.close(),
    async [Symbol.asyncDispose]() {
      transport.close();
      await server[Symbol.asyncDispose]();
      await sleep(20); // what escapes does so after the last callback
      watch[Symbol.dispose]();
      assert.deepEqual(watch.problems, []);
    },
  };
}

/** The code of a call's error, by name. */
export function codeOf(error: unknown): string {
  return error instanceof ConnectError ? (Code[error.code] ?? "?") : String(error);
}
