/** One conversation with a server, in both formats. */
const conversation = `
async function main() {
  const server = await startReferenceServer();
  const kv = connectKv(server.kv.url, { username: server.kv.username, password: server.kv.password });
  await kv.put("user:1", "Alice");
  await kv.put("user:2", "Bob");
  const found = [];
  for await (const entry of kv.scan("user:")) found.push(entry.key + "=" + entry.text());
  const missing = await kv.get("user:9");
  const inProcess = connectKv({
    transport: server.kv.transport, username: server.kv.username, password: server.kv.password,
  });
  const same = (await inProcess.get("user:1")).text();
  await inProcess.close();
  await kv.close();
  const ledger = connectLedger(server.ledger.url, {
    username: server.ledger.username, password: server.ledger.password, stateStore: memoryStateStore(),
  });
  await ledger.verifiedSet("invoice", "paid");
  const proven = (await ledger.verifiedGet("invoice")).text();
  await ledger.close();
  await server.close();
  console.log(found.join(" "), missing, same, proven);
}
main();
`;

export const conversationOutput = "user:1=Alice user:2=Bob undefined Alice paid\n";

export const esmConversation = `
import { connectKv } from "@pumice/kv-client";
import { connectLedger, memoryStateStore } from "@pumice/ledger-client";
import { startReferenceServer } from "@pumice/reference-server";
${conversation}`;

export const cjsConversation = `
const { connectKv } = require("@pumice/kv-client");
const { connectLedger, memoryStateStore } = require("@pumice/ledger-client");
const { startReferenceServer } = require("@pumice/reference-server");
${conversation}`;

/** Every kind of call over grpc-transport, to a server of connect-node, directly and through an interceptor. */
export const transportConversation = `
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http2";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { ImmuService } from "@pumice/stubs/immudb";

const routes = ({ service }) => service(ImmuService, {
  health: () => ({ status: true, version: "1" }),
  get: ({ key }) => { throw new ConnectError("no " + Buffer.from(key), Code.NotFound, { "x-reason": "none" }); },
  async *streamGet({ key }, { signal }) { while (!signal.aborted) yield { content: key }; },
  async streamSet(chunks) { let nentries = 0; for await (const _ of chunks) nentries++; return { nentries }; },
  async *streamExportTx(requests) { for await (const { tx } of requests) yield { content: Buffer.from(String(tx)) }; },
});
const server = createServer(connectNodeAdapter({ routes })).listen(0, "127.0.0.1");
await once(server, "listening");
console.error = () => undefined; // the adapter prints the stream that is broken off
const baseUrl = "http://127.0.0.1:" + server.address().port;
async function* ask(count) { for (let i = 1; i <= count; i++) yield { tx: BigInt(i), content: new Uint8Array(i) }; }

for (const interceptors of [[], [(next) => (request) => next(request)]]) {
  const transport = createFastGrpcTransport({ baseUrl, interceptors });
  const stub = createClient(ImmuService, transport);
  const said = [(await stub.health({}, { timeoutMs: 5000 })).version];
  const error = await stub.get({ key: Buffer.from("key") }).catch((reason) => reason);
  said.push(error.code, error.rawMessage, error.metadata.get("x-reason"));
  said.push((await stub.streamSet(ask(100))).nentries);
  for await (const { content } of stub.streamExportTx(ask(3))) said.push(Buffer.from(content).toString());
  const controller = new AbortController();
  let chunks = 0;
  const reading = (async () => {
    for await (const _ of stub.streamGet({ key: Buffer.from("k") }, { signal: controller.signal })) {
      if (++chunks === 50) controller.abort();
    }
  })();
  await assert.rejects(reading, { code: Code.Canceled });
  console.log(said.join(" "));
  transport.close();
  const late = await stub.health({}).catch((reason) => reason);
  assert.equal(late.code, Code.Unavailable);
}
server.close();
`;

export const transportOutput = "1 5 no key none 100 1 2 3\n".repeat(2);

/** Each format's client fails, and each format's classes are asked whose error it is. */
export const errorsAcrossFormats = `
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as esmCore from "@pumice/client-core";
import * as esmKv from "@pumice/kv-client";
import { startReferenceServer } from "@pumice/reference-server";
const require = createRequire(import.meta.url);
const cjsCore = require("@pumice/client-core");
const cjsKv = require("@pumice/kv-client");

assert.notEqual(esmCore.NotFoundError, cjsCore.NotFoundError, "there are two copies");
const server = await startReferenceServer();
const { url, username, password } = server.kv;
for (const { connectKv } of [esmKv, cjsKv]) {
  const kv = connectKv(url, { username, password });
  const error = await kv.get("a", { family: "none" }).catch((reason) => reason);
  for (const { NotFoundError, PumiceError, ConflictError } of [esmCore, cjsCore, esmKv, cjsKv]) {
    assert.ok(error instanceof NotFoundError, "NotFoundError");
    assert.ok(error instanceof PumiceError, "PumiceError");
    assert.ok(!(error instanceof ConflictError), "ConflictError");
  }
  await kv.close();
}
await server.close();
console.log("errors hold");
`;

/** What a user on Node writes; the comments that expect an error fail the check when there is none. */
export const typedNodeProgram = `
import { connectKv, NotFoundError, type KvEntry } from "@pumice/kv-client";
import { connectLedger, VerificationError, type VerifiedEntry } from "@pumice/ledger-client";
import { fileStateStore } from "@pumice/ledger-client/node";
import { PumiceError } from "@pumice/client-core";
import { startReferenceServer } from "@pumice/reference-server";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

export async function main(): Promise<void> {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, server.kv);
  const { commitTimestamp } = await kv.put("a", new Uint8Array([1]));
  const version: bigint = commitTimestamp;
  const entry: KvEntry | undefined = await kv.get("a", { timeoutMs: 1000 });
  // @ts-expect-error a missing key is undefined
  entry.text();
  // @ts-expect-error keys are strings or bytes
  await kv.get(1);
  for await (const { key } of kv.scan("a")) console.log(key.length, version, ScoriaDB.typeName);
  try {
    await kv.delete("a");
  } catch (error) {
    if (error instanceof NotFoundError) console.log(error.rpc, error.attempts);
    if (error instanceof PumiceError) console.log(error.toJSON().kind);
  }
  await using ledger = connectLedger(server.ledger.url, { ...server.ledger, stateStore: fileStateStore("state.json") });
  const proven: VerifiedEntry | undefined = await ledger.verifiedGet("a");
  // @ts-expect-error no proof covers a revision's number
  console.log(proven?.revision, proven instanceof VerificationError);
}
`;

/** What a user in a browser writes, where kv-client's web entry is meant. */
export const typedBrowserProgram = `
import { connectKv, NotFoundError, type KvEntry } from "@pumice/kv-client";
import { connectLedger, type VerifiedEntry } from "@pumice/ledger-client";
import { PumiceError } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { DCB } from "@pumice/stubs/umadb";
import { ImmuService } from "@pumice/stubs/immudb";

export async function main(): Promise<void> {
  await using kv = connectKv("http://localhost:8080", { username: "a", password: "b" });
  const entry: KvEntry | undefined = await kv.get("a", { signal: new AbortController().signal });
  // @ts-expect-error a missing key is undefined
  entry.text();
  document.title = [ScoriaDB, DCB, ImmuService].map(({ typeName }) => typeName).join();
  // @ts-expect-error there is no Node here
  process.exit();
  console.log(entry instanceof NotFoundError, entry instanceof PumiceError);
  await using ledger = connectLedger("http://localhost:8080", { username: "a", password: "b" });
  const proven: VerifiedEntry | undefined = await ledger.verifiedGet("a");
  console.log(proven?.text());
}
`;

export const typedNeutralProgram = `
import { PumiceError, toBytes } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { DCB } from "@pumice/stubs/umadb";
import { ImmuService } from "@pumice/stubs/immudb";

export const names: string[] = [ScoriaDB, DCB, ImmuService].map(({ typeName }) => typeName);
export const bytes: Uint8Array = toBytes("a", "key");
export const isOurs = (error: unknown): boolean => error instanceof PumiceError;
`;
