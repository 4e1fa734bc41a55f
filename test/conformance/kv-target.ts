import { createClient, type Transport } from "@connectrpc/connect";
import { connectKv, type KvClient, type KvRole, type KvTransportOptions } from "@pumice/kv-client";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

/** A server that the suite runs against. */
export interface KvTarget {
  readonly name: string;
  readonly username: string;
  readonly password: string;
  /** A transport of its own for each client of a test. */
  transport(): Transport;
  /** Tests that this server is known to fail, with the reason. */
  readonly knownDifferences?: Readonly<Record<string, string>> | undefined;
}

/** States what is so; `run` fails if it is not. */
export type Fact = (statement: string, run: () => Promise<void>) => void;

export function connectTo(target: KvTarget, options: Partial<KvTransportOptions> = {}): KvClient {
  const { username, password } = target;
  return connectKv({ transport: target.transport(), username, password, ...options });
}

/** Bare stubs, and a token to call them with. */
export async function stubsOf(target: KvTarget) {
  const stub = createClient(ScoriaDB, target.transport());
  const { jwtToken } = await stub.authenticate({ username: target.username, password: target.password });
  return { stub, jwtToken, headers: { authorization: `Bearer ${jwtToken}` } };
}

/** A prefix that no other test has used. */
export function freshPrefix(): string {
  return `${crypto.randomUUID()}:`;
}

/** A client of a new user with these roles. */
export async function connectAs(target: KvTarget, ...roles: KvRole[]): Promise<KvClient> {
  await using admin = connectTo(target);
  const user = { username: crypto.randomUUID(), password: "pw" };
  await admin.users.create({ ...user, roles });
  return connectTo(target, user);
}
