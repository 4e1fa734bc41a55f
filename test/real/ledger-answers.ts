import { create, type DescMethodUnary, type Message, toBinary, toJson } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ImmuService } from "@pumice/stubs/immudb";
import type { LedgerCall } from "./ledger-history.js";

/** What a server answered, to be compared, and what it says of a transaction that was written. */
export interface Answered {
  readonly answer: { readonly json: unknown; readonly bytes: string } | Refusal;
  readonly txId?: bigint;
  readonly timestamp?: bigint;
}

/** An error that a server answered. */
export interface Refusal {
  readonly code: string;
  readonly text: string;
  readonly details: readonly unknown[];
}

/** Creates a database and logs in to it; gives a function that makes calls and takes refusals for answers. */
export async function loginForCalls(
  transport: Transport,
  databaseName: string,
  headerVersion: 0 | 1 = 1,
): Promise<(call: LedgerCall) => Promise<Answered>> {
  const client = createClient(ImmuService, transport);
  const name = Buffer.from("immudb");
  const credentials = { username: name, password: name };
  const admin = await client.openSession({ ...credentials, databaseName: "defaultdb" });
  const options = { headers: { sessionid: admin.sessionID } };
  const settings = { writeTxHeaderVersion: { value: headerVersion } };
  await client.createDatabaseV2({ name: databaseName, settings }, options);
  await client.closeSession({}, options);
  const { sessionID } = await client.openSession({ ...credentials, databaseName });

  return (call) => answerTo(transport, call, { sessionid: sessionID });
}

/** Makes a call of any method of the service; a refusal is an answer too. */
export async function answerTo(
  transport: Transport,
  { method: methodName, request }: LedgerCall,
  headers: Readonly<Record<string, string>>,
): Promise<Answered> {
  const method = ImmuService.method[methodName] as DescMethodUnary; // no stream is ever called
  try {
    const { message } = await transport.unary(method, undefined, undefined, headers, create(method.input, request));
    return { answer: answerOf(method, message), ...writtenBy(methodName, message) };
  } catch (reason) {
    return { answer: refusalIn(reason) };
  }
}

/** What a server answered instead, out of what a call threw. */
export function refusalIn(reason: unknown): Refusal {
  const { code, rawMessage, details } = ConnectError.from(reason);
  return { code: Code[code] ?? "", text: rawMessage, details: details.map(detailOf) };
}

/** The bytes decide; the text is for whoever reads a difference. */
function answerOf(method: DescMethodUnary, message: Message): Answered["answer"] {
  const json = toJson(method.output, message);
  return { json, bytes: Buffer.from(toBinary(method.output, message)).toString("hex") };
}

function detailOf(detail: ConnectError["details"][number]): unknown {
  if ("desc" in detail)
    return { type: detail.desc.typeName, bytes: bytesOf(create(detail.desc, detail.value), detail.desc) };
  return { type: detail.type, bytes: Buffer.from(detail.value).toString("hex") };
}

function bytesOf(message: Message, schema: Parameters<typeof toBinary>[0]): string {
  return Buffer.from(toBinary(schema, message)).toString("hex");
}

function writtenBy(method: string, message: Message): { txId?: bigint; timestamp?: bigint } {
  const header = ImmuService.method.set.output.typeName === message.$typeName ? message : headerIn(method, message);
  const { id, ts } = (header ?? {}) as { id?: bigint; ts?: bigint }; // a TxHeader
  return { ...(id !== undefined && { txId: id }), ...(ts !== undefined && { timestamp: ts }) };
}

function headerIn(method: string, message: Message): unknown {
  if (!/^verifiable(Set|SetReference|ZAdd)$/.test(method)) return undefined;
  return (message as { tx?: { header?: unknown } }).tx?.header; // a VerifiableTx
}

/** A call in a message about it. */
export function asText(call: object): string {
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
  return JSON.stringify(call, plain);
}
