import type { Client } from "@connectrpc/connect";
import type { ClientCalls } from "@pumice/client-core";
import type { ImmuService } from "@pumice/stubs/immudb";

/** How the parts of a client reach its server. */
export interface LedgerRpcs {
  readonly stub: Client<typeof ImmuService>;
  /** Runs what the stub calls: with deadline, translation of errors, and the client's end. */
  readonly calls: ClientCalls;
}
