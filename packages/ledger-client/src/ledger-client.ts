import type { CodecOrSchema } from "@pumice/client-core";
import type { LedgerDatabases } from "./ledger-databases.js";
import type { LedgerReads } from "./ledger-reads.js";
import type { LedgerSessions } from "./ledger-session.js";
import type { LedgerUsers } from "./ledger-users.js";
import type { LedgerValues } from "./ledger-values.js";
import type { LedgerVerified } from "./ledger-verified.js";
import type { LedgerWrites } from "./ledger-writes.js";

/**
 * A client of one database of an immudb server. Cheap to keep, safe to share; `connectLedger()` makes one.
 *
 * - {@link LedgerReads} and {@link LedgerWrites}: keys and values, as the server says.
 * - {@link LedgerVerified}: the same with proofs, checked here, so that nobody has to believe the server.
 * - {@link LedgerSessions}: login, logout, close. Calls log in by themselves.
 * - {@link LedgerDatabases} and {@link LedgerUsers}: administration.
 *
 * Unary calls end after 30 seconds unless `timeoutMs` says otherwise. Calls that only read are repeated while the server is
 * unavailable; writes are not repeated once they may have been sent.
 *
 * @example
 * await using ledger = connectLedger("http://127.0.0.1:3322", { username: "immudb", password: "immudb" });
 * await ledger.verifiedSet("invoice:1", "paid");
 * (await ledger.verifiedGet("invoice:1"))?.text(); // "paid", and proven to be in the ledger
 */
export interface LedgerClient
  extends LedgerSessions,
    LedgerReads,
    LedgerWrites,
    LedgerVerified,
    LedgerDatabases,
    LedgerUsers {
  /** The database that the client works on. */
  readonly database: string;

  /**
   * The same calls with values that are encoded, decoded and validated.
   *
   * @param codec - A codec, or a Standard Schema, which means JSON that fits it.
   * @example
   * const invoices = ledger.values(InvoiceSchema);
   * await invoices.verifiedSet("invoice:1", { total: 100 });
   * (await invoices.verifiedGet("invoice:1"))?.value.total;
   */
  values<C extends CodecOrSchema>(codec: C): LedgerValues<C>;
}
