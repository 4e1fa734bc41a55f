import type { Client } from "@connectrpc/connect";
import type { ClientCalls } from "@pumice/client-core";
import type { ScoriaDB } from "@pumice/stubs/scoriadb";

/** How the parts of a client reach its server. */
export interface KvRpcs {
  readonly stub: Client<typeof ScoriaDB>;
  /** Runs what the stub calls: with deadline, translation of errors, and the client's end. */
  readonly calls: ClientCalls;
}
