import { type CallOptions, type Client, createClient } from "@connectrpc/connect";
import type { ReferenceServer } from "@pumice/reference-server";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

/** What a server holds, read past its wire. */
export interface KvTruth {
  /** The default family, as text. */
  readonly entries: ReadonlyMap<string, string>;
  /** The family `kept`. */
  readonly kept: ReadonlyMap<string, string>;
  readonly families: readonly string[];
  readonly users: ReadonlySet<string>;
  /** Users that log in with the password `changed`. */
  readonly changed: ReadonlySet<string>;
  /** The last timestamp that was given: each commit, begin, new family and user takes one. */
  readonly timestamp: bigint;
  /** Transactions that were begun. */
  readonly begun: bigint;
}

/** A stub that reaches the server in process, and what its calls need to be an admin's. */
export interface QuietStub {
  readonly stub: Client<typeof ScoriaDB>;
  readonly admin: CallOptions;
}

/** What scans find, in order; with values that make a scan many packets. */
export const scannedKeys: readonly string[] = Array.from(
  { length: 120 },
  (_, i) => `scan:${String(i).padStart(4, "0")}`,
);

export function seededValue(key: string): string {
  return `${key} `.repeat(30);
}

export async function quietStub({ transport, username, password }: ReferenceServer["kv"]): Promise<QuietStub> {
  const stub = createClient(ScoriaDB, transport);
  const { jwtToken } = await stub.authenticate({ username, password });
  return { stub, admin: { headers: { authorization: `Bearer ${jwtToken}` } } };
}

/** Writes what calls read; to be done before the faults begin. */
export async function seedKv({ stub, admin }: QuietStub): Promise<void> {
  await stub.createCF({ name: "kept" }, admin);
  for (const key of scannedKeys) {
    await stub.put({ key: Buffer.from(key), value: Buffer.from(seededValue(key)) }, admin);
  }
}

/** Reads what a server holds; that takes one timestamp and one transaction, which the next reading counts. */
export async function readTruth(kv: ReferenceServer["kv"]): Promise<KvTruth> {
  const { stub, admin } = await quietStub(kv);
  const rows = async (cfName: string) => {
    const found = new Map<string, string>();
    for await (const { key, value } of stub.scan({ cfName }, admin)) {
      found.set(Buffer.from(key).toString(), Buffer.from(value).toString());
    }
    return found;
  };
  const { txnId, startTs } = await stub.beginTxn({}, admin);
  await stub.rollbackTxn({ txnId }, admin);
  const users = (await stub.listUsers({}, admin)).users.map(({ username }) => username);
  const logsIn = (username: string) =>
    stub.authenticate({ username, password: "changed" }).then(
      () => true,
      () => false,
    );
  const changed = new Set<string>();
  for (const username of users) if (username.startsWith("changing ") && (await logsIn(username))) changed.add(username);
  return {
    entries: await rows(""),
    kept: await rows("kept"),
    families: (await stub.listCF({}, admin)).cfNames,
    users: new Set(users),
    changed,
    timestamp: startTs,
    begun: BigInt(txnId.replace("txn-", "")),
  };
}
