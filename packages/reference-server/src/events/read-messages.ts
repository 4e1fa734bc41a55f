import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ReadRequest, ReadResponseSchema, SequencedEvent } from "@pumice/stubs/umadb";
import { type EventStore, maxPosition, type PositionRange } from "./event-store.js";
import { effectiveBatchSize, messageBatches } from "./message-batches.js";
import { invalidArgument } from "./store-error.js";

type ReadMessage = MessageInitShape<typeof ReadResponseSchema>;

/**
 * The messages that answer a read, which sees the store as it is when the first one is asked for.
 *
 * Their head is the store's, or with a limit the position of the message's last event, and is left out of every
 * message but the last of a batch. A read that matches nothing has one message, without events; with a limit of 0 none.
 *
 * @throws StoreError for the retired `subscribe`.
 */
export function* readMessages(store: EventStore, request: ReadRequest): Generator<ReadMessage> {
  const { query, limit, batchSize, subscribe } = request;
  if (subscribe) throw invalidArgument(useSubscribe);
  if (limit === 0) return;
  const head = store.head();
  const found = firstOf(store.find(query, rangeOf(request, head ?? 0n)), limit);

  let isEmpty = true;
  for (const { events, endsBatch } of messageBatches(found, effectiveBatchSize(batchSize))) {
    isEmpty = false;
    yield message(events, endsBatch ? (limit === undefined ? head : events.at(-1)?.position) : undefined);
  }
  if (isEmpty) yield message([], limit === undefined ? head : undefined);
}

function message(events: SequencedEvent[], head: bigint | undefined): ReadMessage {
  return head === undefined ? { events } : { events, head };
}

/** `start` is the lower bound, backwards the upper one; both included. */
function rangeOf({ start, backwards = false }: ReadRequest, head: bigint): PositionRange {
  if (!backwards) return { from: start ?? 0n, through: head };
  const through = start ?? maxPosition;
  return { from: 1n, through: through < head ? through : head, backwards };
}

function* firstOf<T>(items: Iterable<T>, limit: number | undefined): Generator<T> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

/** The real server's own words. */
const useSubscribe =
  "The `subscribe` argument of `read()` has been deprecated. Please call the `subscribe()` method instead.";
