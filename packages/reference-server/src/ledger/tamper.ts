import { defaultDatabase, type LedgerDatabases } from "./ledger-databases.js";
import { txNotFound } from "./ledger-error.js";
import { storedKey, storedValue } from "./tx-entry.js";

/** How a server lies. */
export type LedgerLie =
  | {
      /** The key has another value, under the proofs of the old one. */
      readonly kind: "changed-value";
      readonly key: string | Uint8Array;
      readonly value: string | Uint8Array;
      /** @defaultValue "defaultdb" */
      readonly database?: string | undefined;
    }
  | {
      /** The transactions after this one never were; what is written next is another history. */
      readonly kind: "rolled-back-history";
      readonly lastTx: bigint;
      /** @defaultValue "defaultdb" */
      readonly database?: string | undefined;
    };

/** Changes what a database answers, by what nobody can do over the wire. */
export function tamper(databases: LedgerDatabases, lie: LedgerLie): void {
  const { store } = databases.opened(lie.database ?? defaultDatabase);
  if (lie.kind === "changed-value") {
    store.changeValue(storedKey(Buffer.from(lie.key)), storedValue(Buffer.from(lie.value)));
    return;
  }
  if (lie.lastTx < 0n || lie.lastTx > store.transactions.lastId) throw txNotFound();
  store.rollBack(lie.lastTx);
}
