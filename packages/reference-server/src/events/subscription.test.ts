import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { AppendRequestSchema, SubscribeRequestSchema } from "@pumice/stubs/umadb";
import { EventStore, maxPosition } from "./event-store.js";
import { subscription } from "./subscription.js";
import { Wakeup } from "./wakeup.js";

function openSubscription(after: bigint) {
  const store = new EventStore();
  const wakeup = new Wakeup();
  const leave = new AbortController();
  let ended = false;
  const append = (count: number) => {
    store.append(create(AppendRequestSchema, { events: Array.from({ length: count }, () => ({})) }));
    wakeup.wake();
  };
  const end = () => {
    ended = true;
    wakeup.wake();
  };
  append(3);
  const scope = { store, wakeup, hasEnded: () => ended, signal: leave.signal };
  const messages = subscription(create(SubscribeRequestSchema, { after, batchSize: 2 }), scope);
  const next = async () =>
    ((await messages.next()).value || undefined)?.events?.map(({ position }) => Number(position));
  return { append, end, leave, next };
}

test("subscription() goes on with what is appended, in messages of the batch size", async () => {
  const { append, next } = openSubscription(0n);
  assert.deepEqual(await next(), [1, 2]);
  append(1);
  assert.deepEqual(await next(), [3]);
  assert.deepEqual(await next(), [4]);
  const waiting = next();
  append(3);
  assert.deepEqual([await waiting, await next()], [[5, 6], [7]]);
});

test("subscription() waits past the head, and delivers what lies past `after` alone", async () => {
  const { append, next } = openSubscription(5n);
  const waiting = next();
  append(1);
  append(2);
  assert.deepEqual(await waiting, [6]);
});

test("subscription() ends when the server stops or the reader has gone, and at once after the last position", async () => {
  const stopping = openSubscription(3n);
  const first = stopping.next();
  stopping.end();
  assert.equal(await first, undefined);
  const leaving = openSubscription(3n);
  const second = leaving.next();
  leaving.leave.abort();
  assert.equal(await second, undefined);
  assert.equal(await openSubscription(maxPosition).next(), undefined);
});
