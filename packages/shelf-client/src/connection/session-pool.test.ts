import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "./session.js";
import { SessionPool } from "./session-pool.js";

test("SessionPool ends a connection whose borrower gave up while it was made", async () => {
  const controller = new AbortController();
  const ends: unknown[] = [];
  const session = { isFree: false, end: (reason: unknown) => ends.push(reason) } as unknown as Session;
  const open = async (): Promise<Session> => {
    queueMicrotask(() => controller.abort("enough")); // behind the last look at the signal
    return session;
  };
  const endsAtUse = await new SessionPool(open, 1).lend(controller.signal, async () => [...ends]);
  assert.deepEqual(endsAtUse, ["enough"]);
});
