import type { MessageInitShape } from "@bufbuild/protobuf";
import type { SubscribeRequest, SubscribeResponseSchema } from "@pumice/stubs/umadb";
import { type EventStore, maxPosition } from "./event-store.js";
import { effectiveBatchSize, messageBatches } from "./message-batches.js";
import type { Wakeup } from "./wakeup.js";

type SubscribeMessage = MessageInitShape<typeof SubscribeResponseSchema>;

/** What a subscription lives by. */
export interface SubscriptionScope {
  readonly store: EventStore;
  /** Wakes when events were appended, or the server stops. */
  readonly wakeup: Wakeup;
  /** True once the server stops: subscriptions end then as if all were well. */
  hasEnded(): boolean;
  /** Fires when the reader has gone. */
  readonly signal: AbortSignal;
}

/**
 * Every matching event past `after`: first those that are there, then each new one. No message is empty.
 */
export async function* subscription(
  { query, after = 0n, batchSize }: SubscribeRequest,
  { store, wakeup, hasEnded, signal }: SubscriptionScope,
): AsyncGenerator<SubscribeMessage, void> {
  if (after === maxPosition) return; // nothing can come after it
  let seen = after;
  for (;;) {
    const head = store.head() ?? 0n;
    const found = store.find(query, { from: seen + 1n, through: head });
    for (const { events } of messageBatches(found, effectiveBatchSize(batchSize))) {
      if (hasEnded() || signal.aborted) return;
      yield { events };
    }
    if (head > seen) seen = head;
    // No await since the head was read, unless messages were handed out: look again before waiting.
    if ((store.head() ?? 0n) > head) continue;
    if (hasEnded() || signal.aborted) return;
    await wakeup.wait(signal);
  }
}
