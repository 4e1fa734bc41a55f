import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { CallOptions, ClientCalls } from "@pumice/client-core";
import { type ScanRequestSchema, ScoriaDB } from "@pumice/stubs/scoriadb";
import { kvEntry } from "./entry.js";
import type { KvEntry } from "./kv-client.js";

/** Scans a prefix; each iteration is a call of its own. */
export function scan(
  stub: Client<typeof ScoriaDB>,
  calls: ClientCalls,
  request: MessageInitShape<typeof ScanRequestSchema>,
  options: CallOptions,
): AsyncIterable<KvEntry> {
  return calls.stream(ScoriaDB.method.scan, options, async function* (call) {
    for await (const { key, value } of stub.scan(request, call)) yield kvEntry(key, value);
  });
}
