import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, type Transport } from "@connectrpc/connect";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { createReferenceServices } from "@pumice/reference-server";
import { ImmuService } from "@pumice/stubs/immudb";
import { startImmudb } from "../support/immudb.js";
import { type AdminStep, adminScript } from "./ledger-admin-script.js";
import { answerTo, asText, refusalIn } from "./ledger-answers.js";

test("the reference ledger and immudb 1.11.1 agree on logins, databases, users and permissions", async () => {
  await using immudb = await startImmudb();
  const transport = createFastGrpcTransport({ baseUrl: immudb.url, defaultTimeoutMs: 20_000 });
  try {
    const real = adminCaller(transport);
    const ours = adminCaller(createReferenceServices().ledger.transport);
    for (const [index, step] of adminScript.entries()) {
      assert.deepEqual(await ours(step), await real(step), `step ${index}: ${asText(step)}`);
    }
  } finally {
    transport.close();
  }
});

test("the reference ledger and immudb 1.11.1 refuse an unknown session alike, also where a call streams", async () => {
  await using immudb = await startImmudb();
  const transport = createFastGrpcTransport({ baseUrl: immudb.url, defaultTimeoutMs: 20_000 });
  try {
    const ours = await refusalsOfSession(createReferenceServices().ledger.transport);
    assert.deepEqual(ours, await refusalsOfSession(transport));
  } finally {
    transport.close();
  }
});

/** What calls of each kind of stream are answered, with a session that does not exist. */
async function refusalsOfSession(transport: Transport): Promise<unknown[]> {
  const client = createClient(ImmuService, transport);
  const options = { headers: { sessionid: "of nobody" } };
  const nothing = async function* () {
    yield* [];
  };
  const calls: (() => Promise<unknown>)[] = [
    () => client.get({}, options),
    () => client.newTx({}, options),
    () => firstOf(client.sQLQuery({ sql: "SELECT 1" }, options)),
    () => firstOf(client.streamGet({}, options)),
    () => client.streamSet(nothing(), options),
    () => client.streamExecAll(nothing(), options),
  ];
  return await Promise.all(calls.map((call) => call().catch((reason: unknown) => refusalIn(reason))));
}

async function firstOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  return await stream[Symbol.asyncIterator]().next();
}

/** Runs steps, and remembers the sessions they open. */
function adminCaller(transport: Transport): (step: AdminStep) => Promise<unknown> {
  const client = createClient(ImmuService, transport);
  const headers = new Map<string, Readonly<Record<string, string>>>([
    ["nobody", {}],
    ["stranger", { sessionid: "of nobody" }],
    ["empty session", { sessionid: "" }],
    ["garbage token", { authorization: "garbage" }],
  ]);
  return async (step) => {
    if ("call" in step) {
      const { answer } = await answerTo(
        transport,
        { method: step.call, request: step.request ?? {} },
        headers.get(step.as) ?? {},
      );
      return withoutChance(answer);
    }
    const { user, password, database } = step;
    const request = { username: Buffer.from(user), password: Buffer.from(password), databaseName: database };
    const { answer } = await answerTo(transport, { method: "openSession", request }, {});
    if (!("json" in answer)) return answer;
    const { sessionID } = await client.openSession(request);
    headers.set(step.open, { sessionid: sessionID });
    return "opened";
  };
}

/** Answers without what differs from run to run: times, sizes, tokens, and what belongs to the build. */
function withoutChance(answer: unknown): unknown {
  if (typeof answer === "object" && answer !== null && "json" in answer)
    return JSON.stringify(answer.json, replaceChance);
  return answer;
}

function replaceChance(name: string, value: unknown): unknown {
  return ["createdat", "createdAt", "diskSize", "token", "ts", "lastRequestCompletedAt", "version"].includes(name)
    ? undefined
    : value;
}
