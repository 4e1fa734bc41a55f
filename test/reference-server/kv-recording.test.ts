import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { type DescMethod, fromBinary, isMessage, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createReferenceServices } from "@pumice/reference-server";
import { AuthRequestSchema, AuthResponseSchema, ScoriaDB } from "@pumice/stubs/scoriadb";
import { exchangeDifferences } from "../known-differences/scoriadb-0.1.1-exchanges.js";

interface Exchange {
  readonly rpc: string;
  /** Whose token was sent; null for none. */
  readonly as: string | null;
  readonly request: string;
  readonly grpcStatus: number;
  readonly grpcMessage: string;
  readonly responses: readonly string[];
}

const token = "(a token, different each time)";

test("the reference KV answers a recorded session as ScoriaDB 0.1.1 did, but for differences with a reason", async () => {
  const file = new URL("../fixtures/scoriadb-0.1.1-exchanges.json", import.meta.url);
  const { exchanges }: { exchanges: readonly Exchange[] } = JSON.parse(await readFile(file, "utf8"));
  const { transport } = createReferenceServices().kv;
  const tokens = new Map<string, string>([["garbage", "garbage"]]);
  const found = new Set<string>();

  for (const [index, exchange] of exchanges.entries()) {
    const name = `${index} ${exchange.rpc}`;
    const answer = await replay(transport, exchange, tokens);
    const recorded = recordedAnswer(exchange);
    const difference = exchangeDifferences[name];
    assert.equal(answer, difference?.answer ?? recorded, name);
    if (answer !== recorded) found.add(name);
  }
  assert.equal(exchanges.length, 59);
  assert.deepEqual([...found], Object.keys(exchangeDifferences), "a difference is listed that is none");
});

/** Sends a recorded request, and describes what comes; a login's token is kept under the user's name. */
async function replay(transport: Transport, exchange: Exchange, tokens: Map<string, string>): Promise<string> {
  const method = methodOf(exchange);
  const message = fromBinary(method.input, Buffer.from(exchange.request, "base64"));
  const headers = new Headers();
  if (exchange.as !== null) headers.set("authorization", `Bearer ${tokens.get(exchange.as)}`);
  const responses: string[] = [];
  try {
    for await (const response of call(transport, method, headers, message)) {
      if (isMessage(message, AuthRequestSchema) && isMessage(response, AuthResponseSchema)) {
        tokens.set(message.username, response.jwtToken);
        responses.push(token);
      } else responses.push(describe(response));
    }
    return responses.join(" ");
  } catch (error) {
    assert.ok(error instanceof ConnectError, String(error));
    return [...responses, `${Code[error.code]}: ${error.rawMessage}`].join(" ");
  }
}

async function* call(transport: Transport, method: DescMethod, headers: Headers, message: Message) {
  if (method.methodKind === "unary") {
    yield (await transport.unary(method as never, undefined, undefined, headers, message)).message;
    return;
  }
  const input = (async function* () {
    yield message;
  })();
  yield* (await transport.stream(method as never, undefined, undefined, headers, input)).message;
}

/** What was recorded: the messages, then the error. */
function recordedAnswer(exchange: Exchange): string {
  const { output } = methodOf(exchange);
  const messages = exchange.responses.map((response) =>
    response === token ? token : describe(fromBinary(output, new Uint8Array(Buffer.from(response, "base64")))),
  );
  const { grpcStatus, grpcMessage } = exchange;
  return [...messages, ...(grpcStatus === 0 ? [] : [`${Code[grpcStatus]}: ${grpcMessage}`])].join(" ");
}

function methodOf({ rpc }: Exchange): DescMethod {
  const method = ScoriaDB.methods.find(({ name }) => name === rpc);
  assert.ok(method, rpc);
  return method;
}

/** A message in JSON, its bytes as text. */
function describe(message: Message): string {
  const { $typeName, ...fields } = message;
  return JSON.stringify(fields, (name, value) => {
    if (name === "$typeName") return undefined;
    if (typeof value === "bigint") return String(value);
    return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
  });
}
