import type { Transport } from "@connectrpc/connect";
import { connectLedger, type LedgerClient, type LedgerTransportOptions, memoryStateStore } from "@pumice/ledger-client";

/** A server that the suite runs against. */
export interface LedgerTarget {
  readonly name: string;
  readonly username: string;
  readonly password: string;
  /** A transport of its own for each client of a test. */
  transport(): Transport;
  /** Of a server that signs its states. */
  readonly publicKey?: string | undefined;
}

/** States what is so; `run` fails if it is not. */
export type Fact = (statement: string, run: () => Promise<void>) => void;

export function connectTo(target: LedgerTarget, options: Partial<LedgerTransportOptions> = {}): LedgerClient {
  const { username, password, publicKey } = target;
  return connectLedger({
    transport: target.transport(),
    username,
    password,
    publicKey,
    stateStore: memoryStateStore(),
    ...options,
  });
}

/** A prefix that no other test has used. */
export function freshPrefix(): string {
  return `${crypto.randomUUID()}:`;
}

/** A name for a user or a database that no other test has used. */
export function freshName(): string {
  return `t${crypto.randomUUID().replaceAll("-", "")}`;
}

/** A client on a new, empty database. */
export async function connectToEmpty(
  target: LedgerTarget,
  options: Partial<LedgerTransportOptions> = {},
): Promise<LedgerClient> {
  const database = freshName();
  await using admin = connectTo(target);
  await admin.createDatabase(database);
  return connectTo(target, { database, ...options });
}
