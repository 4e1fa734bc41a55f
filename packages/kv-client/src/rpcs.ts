import type { Client } from "@connectrpc/connect";
import type { CallObserver, ClientCalls } from "@pumice/client-core";
import type { ScoriaDB } from "@pumice/stubs/scoriadb";

/** How the parts of a client reach its server. */
export interface KvRpcs {
  readonly stub: Client<typeof ScoriaDB>;
  /** Runs what the stub calls: with deadline, translation of errors, and the client's end. */
  readonly calls: ClientCalls;
  /** Hears of scans that go on after a loss; of the calls the interceptors tell it. */
  readonly observe: CallObserver | undefined;
}
