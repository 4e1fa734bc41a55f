import assert from "node:assert/strict";
import { test } from "node:test";
import type { StreamResponse } from "@connectrpc/connect";
import { recoverFirstMessage, withFirstMessage } from "./first-message.js";

/** A response with those messages, one of which may be an error. */
function response(...messages: (string | Error)[]): StreamResponse {
  const source = (async function* () {
    for (const message of messages) {
      if (message instanceof Error) throw message;
      yield message;
    }
  })();
  return { stream: true, message: source } as unknown as StreamResponse;
}

async function all({ message }: StreamResponse): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const each of message) read.push(each);
  return read;
}

const broken = new Error("broken");

test("withFirstMessage() rejects with what comes before the first message, and loses none", async () => {
  await assert.rejects(withFirstMessage(response(broken)), broken);
  assert.deepEqual(await all(await withFirstMessage(response("a", "b"))), ["a", "b"]);
  assert.deepEqual(await all(await withFirstMessage(response())), []);
  await assert.rejects(all(await withFirstMessage(response("a", broken))), broken);
});

test("recoverFirstMessage() reads another response if the first fails before its first message, not after", async () => {
  const recover = async (error: unknown) => {
    assert.equal(error, broken);
    return response("c", "d");
  };
  assert.deepEqual(await all(recoverFirstMessage(response(broken), recover)), ["c", "d"]);
  assert.deepEqual(await all(recoverFirstMessage(response("a", "b"), recover)), ["a", "b"]);
  await assert.rejects(all(recoverFirstMessage(response("a", broken), recover)), broken);
});

test("recoverFirstMessage() passes on what the recovery or its response fails with, and recovers once", async () => {
  let recoveries = 0;
  const recover = async () => {
    recoveries += 1;
    return response(broken);
  };
  await assert.rejects(all(recoverFirstMessage(response(broken), recover)), broken);
  assert.equal(recoveries, 1);
});
