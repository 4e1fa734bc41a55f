import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { createGrpcWebTransport as createFetchTransport } from "@connectrpc/connect-web";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { type KvServiceOptions, type ReferenceServer, startReferenceServer } from "@pumice/reference-server";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

export type KvStub = Client<typeof ScoriaDB>;

/** Every way to a server that the tests take: protocols, versions of HTTP, libraries. */
export const ways: Readonly<Record<string, (server: ReferenceServer) => Transport>> = {
  "our gRPC transport": ({ kv }) => createFastGrpcTransport({ baseUrl: kv.url }),
  "connect-node's gRPC": ({ kv }) => createGrpcTransport({ baseUrl: kv.url }),
  "gRPC-Web by fetch": ({ kv }) => createFetchTransport({ baseUrl: kv.url }),
  "gRPC-Web over HTTP/2": ({ kv }) => createGrpcWebTransport({ baseUrl: kv.url, httpVersion: "2" }),
  "Connect over HTTP/1.1": ({ kv }) => createConnectTransport({ baseUrl: kv.url, httpVersion: "1.1" }),
  "the in-process transport": ({ kv }) => kv.transport,
};

/** A server of the test's own with bare stubs, and the admin's token. */
export async function startKv(options: KvServiceOptions = {}, way = ways["our gRPC transport"]) {
  const server = await startReferenceServer({ kv: options });
  const stub: KvStub = createClient(ScoriaDB, way ? way(server) : server.kv.transport);
  const admin = await login(stub, server.kv.username, server.kv.password);
  return { server, stub, admin, [Symbol.asyncDispose]: () => server.close({ drainMs: 100 }) };
}

/** The options of a call that a user makes. */
export async function login(stub: KvStub, username: string, password: string): Promise<CallOptions> {
  const { jwtToken } = await stub.authenticate({ username, password });
  return { headers: { authorization: `Bearer ${jwtToken}` } };
}

/** Makes a user with these roles, and logs in. */
export async function newUser(stub: KvStub, admin: CallOptions, ...roles: string[]): Promise<CallOptions> {
  const username = crypto.randomUUID();
  await stub.createUser({ username, password: "pw", roles }, admin);
  return login(stub, username, "pw");
}

export const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** The value of a key as text, undefined if it is missing. */
export async function textAt(stub: KvStub, caller: CallOptions, key: string, snapshotTs = 0n) {
  const { found, value } = await stub.get({ key: bytes(key), snapshotTs }, caller);
  return found ? Buffer.from(value).toString() : undefined;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
