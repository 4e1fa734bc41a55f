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

/** UmaDB's errors over each transport that can tell them, and over those that cannot. */
export const exactErrors = `
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { toBinary } from "@bufbuild/protobuf";
import { Code, createClient, encodeBinaryHeader } from "@connectrpc/connect";
import { createTransport } from "@connectrpc/connect/protocol-grpc";
import { createGrpcTransport, createNodeHttpClient, Http2SessionManager } from "@connectrpc/connect-node";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import {
  ApiKeyError, AppendConditionError, AppendOutcomeUnknownError, connectEvents, errorResponseDetails, tagged,
  TrackingConflictError, withExactErrors, withExactFetchErrors, withExactSessionErrors,
} from "@pumice/events-client";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { startReferenceServer } from "@pumice/reference-server";
import { DCB, ErrorResponse_ErrorType, ErrorResponseSchema } from "@pumice/stubs/umadb";

const apiKey = "right";
const server = await startReferenceServer({ events: { conflictText: "dump", apiKey } });
const baseUrl = server.events.url;
const sessions = [];
const openSessions = (url = baseUrl) => {
  sessions.push(new Http2SessionManager(url));
  return sessions.at(-1);
};
const stockParts = (session, url = baseUrl) => ({
  baseUrl: url,
  httpClient: withExactErrors(createNodeHttpClient({ httpVersion: "2", sessionProvider: () => session })),
  useBinaryFormat: true, interceptors: [], acceptCompression: [], sendCompression: null, compressMinBytes: 1024,
  readMaxBytes: 0xffffffff, writeMaxBytes: 0xffffffff,
});
const fast = createFastGrpcTransport({ baseUrl, translateStatusDetails: errorResponseDetails });
const exact = {
  "our transport": fast,
  "HTTP client": createTransport(stockParts(openSessions())),
  "session manager": createGrpcTransport({ baseUrl, sessionManager: withExactSessionErrors(openSessions()) }),
  "fetch": createGrpcWebTransport({ baseUrl, fetch: withExactFetchErrors() }),
};
const plain = {
  "gRPC": createGrpcTransport({ baseUrl, sessionManager: openSessions() }),
  "gRPC-Web": createGrpcWebTransport({ baseUrl }),
};
const failures = async (transport, tag) => {
  const events = connectEvents({ transport, apiKey });
  const event = { type: "T", tags: [tag], data: new Uint8Array(200) };
  const tracking = { source: tag, position: 1n };
  await events.append([event], { tracking });
  const condition = await events.append([event], { failIfMatch: tagged(tag) }).catch((error) => error);
  const tracked = await events.append([event], { tracking }).catch((error) => error);
  await events.close();
  return [condition, tracked];
};
for (const [name, transport] of Object.entries(exact)) {
  const [condition, tracked] = await failures(transport, name);
  assert.ok(condition instanceof AppendConditionError && condition.errorType === "integrity", name);
  assert.ok(tracked instanceof TrackingConflictError && tracked.errorType === "integrity", name);
  const wrong = connectEvents({ transport, apiKey: "wrong" });
  const calls = [() => wrong.head(), () => wrong.append([{ type: "T" }]), () => wrong.read().collect()];
  for (const call of calls) {
    const refused = await call().catch((error) => error);
    assert.ok(refused instanceof ApiKeyError && refused.errorType === "authentication", name);
  }
  await wrong.close();
  const stub = createClient(DCB, transport);
  const retired = stub.read({ subscribe: true }, { headers: { authorization: "Bearer " + apiKey } });
  const streamed = await retired[Symbol.asyncIterator]().next().catch((error) => error);
  assert.equal(streamed.code, Code.InvalidArgument, name);
  assert.match(streamed.rawMessage, /subscribe/, name);
}
for (const [name, transport] of Object.entries(plain)) {
  for (const error of await failures(transport, name)) {
    assert.ok(error instanceof AppendOutcomeUnknownError, name);
    assert.match(error.message, /withExactErrors/, name);
  }
}

// UmaDB itself answers errors by headers alone, and a proxy for gRPC-Web passes them on so.
const message = "integrity error: condition failed: condition";
const response = { $typeName: "umadb.v1.ErrorResponse", message, errorType: ErrorResponse_ErrorType.INTEGRITY };
const headers = {
  "grpc-status": "9", "grpc-message": encodeURIComponent(message),
  "grpc-status-details-bin": encodeBinaryHeader(toBinary(ErrorResponseSchema, response)),
};
const http2 = createHttp2Server().listen(0, "127.0.0.1");
http2.on("stream", (stream) => {
  stream.respond({ ":status": 200, "content-type": "application/grpc", ...headers }, { endStream: true });
});
const http = createServer((_, answer) => answer.writeHead(200, { "content-type": "application/grpc-web+proto", ...headers }).end());
http.listen(0, "127.0.0.1");
await Promise.all([once(http2, "listening"), once(http, "listening")]);
const [bareUrl, webUrl] = [http2, http].map((each) => "http://127.0.0.1:" + each.address().port);
const bareFast = createFastGrpcTransport({ baseUrl: bareUrl, translateStatusDetails: errorResponseDetails });
const headersOnly = {
  "our transport": bareFast,
  "HTTP client": createTransport(stockParts(openSessions(bareUrl), bareUrl)),
  "session manager": createGrpcTransport({ baseUrl: bareUrl, sessionManager: withExactSessionErrors(openSessions(bareUrl)) }),
  "fetch": createGrpcWebTransport({ baseUrl: webUrl, fetch: withExactFetchErrors() }),
};
for (const [name, transport] of Object.entries(headersOnly)) {
  const events = connectEvents({ transport });
  for (const call of [() => events.append([{ type: "T" }]), () => events.read().collect()]) {
    const error = await call().catch((error) => error);
    assert.ok(error instanceof AppendConditionError && error.errorType === "integrity", name + ", headers only");
  }
  await events.close();
}
bareFast.close();
for (const session of sessions) session.abort();
for (const each of [http, http2]) each.close();
fast.close();
await server.close();
console.log("exact:", Object.keys(exact).join(", "));
`;

export const exactErrorsOutput = "exact: our transport, HTTP client, session manager, fetch\n";

/** The shelf client of each format fails, and writes floats that the other format has made. */
export const shelfAcrossFormats = `
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as esm from "@pumice/shelf-client";
import * as esmWire from "@pumice/shelf-client/wire";
const require = createRequire(import.meta.url);
const cjs = require("@pumice/shelf-client");
const cjsWire = require("@pumice/shelf-client/wire");

assert.notEqual(esm.ShelfServerError, cjs.ShelfServerError, "there are two copies");
for (const { connectShelf, where } of [esm, cjs]) {
  const db = connectShelf("unix:///nowhere/at/all.sock", { protocol: 3 });
  const error = await db.shelf("note").filter(where("n").gt(1)).count().catch((reason) => reason);
  for (const { PumiceError, ShelfServerError } of [esm, cjs]) {
    assert.ok(error instanceof PumiceError, String(error));
    assert.ok(!(error instanceof ShelfServerError), "ShelfServerError");
  }
  await db.close();
}
for (const { float } of [esm, cjs]) {
  for (const { encodePickle } of [esmWire, cjsWire]) {
    assert.equal(Buffer.from(encodePickle(float(1))).toString("hex"), "8004473ff00000000000002e");
  }
}
console.log("shelves hold");
`;

/** What a user on Node writes; the comments that expect an error fail the check when there is none. */
export const typedNodeProgram = `
import { createTransport } from "@connectrpc/connect/protocol-grpc";
import { createGrpcTransport, createNodeHttpClient, Http2SessionManager } from "@connectrpc/connect-node";
import {
  AppendConditionError, connectEvents, tagged, withExactErrors, withExactSessionErrors,
} from "@pumice/events-client";
import { connectKv, NotFoundError, type KvEntry } from "@pumice/kv-client";
import { connectLedger, VerificationError, type VerifiedEntry } from "@pumice/ledger-client";
import { fileStateStore } from "@pumice/ledger-client/node";
import { PumiceError } from "@pumice/client-core";
import { startReferenceServer } from "@pumice/reference-server";
import { connectShelf, where } from "@pumice/shelf-client";
import { encodeRequest, queryRequest, step } from "@pumice/shelf-client/wire";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

export async function follow(baseUrl: string): Promise<void> {
  const sessionManager = withExactSessionErrors(new Http2SessionManager(baseUrl));
  await using events = connectEvents({ transport: createGrpcTransport({ baseUrl, sessionManager }) });
  const httpClient = withExactErrors(createNodeHttpClient({ httpVersion: "2" }));
  type Parts = Parameters<typeof createTransport>[0];
  const parts: Pick<Parts, "httpClient"> = { httpClient };
  try {
    const position: bigint = await events.append([{ type: "T", tags: ["a"] }], { failIfMatch: tagged("a") });
    for await (const event of events.subscribe({ after: position })) console.log(event.type, parts);
    // @ts-expect-error positions are bigints
    events.subscribe({ after: 1 });
  } catch (error) {
    if (error instanceof AppendConditionError) console.log(error.errorType);
  }
}

export async function keepNotes(): Promise<void> {
  await using db = connectShelf("tcp://127.0.0.1:17000", { protocol: 2 });
  const notes = db.shelf("note");
  for await (const { key, data } of notes.filter(where("n").gt(1)).slice(0, 10)) console.log(key.length, data);
  // @ts-expect-error the second generation does not sort
  notes.sort("n");
  const bytes: Uint8Array = encodeRequest(queryRequest("note", [step("key", "note-1")]));
  console.log(bytes.length);
}

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
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { connectEvents, tagged, withExactFetchErrors } from "@pumice/events-client";
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
  const transport = createGrpcWebTransport({ baseUrl: "http://localhost:8080", fetch: withExactFetchErrors() });
  await using events = connectEvents({ transport });
  const { head }: { head: bigint | undefined } = await events.read({ query: tagged("a") }).collect();
  console.log(head);
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
