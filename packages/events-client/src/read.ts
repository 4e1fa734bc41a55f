import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { ClientCalls } from "@pumice/client-core";
import { DCB, type ReadRequestSchema } from "@pumice/stubs/umadb";
import { storedEvent } from "./event.js";
import type { EventBatch, EventRead, ReadOptions } from "./events-client.js";
import { flattened } from "./flattened.js";
import { checkCount, checkPosition } from "./positions.js";
import { queryMessage } from "./query.js";

/** Reads events; each iteration is a call of its own. */
export function read(stub: Client<typeof DCB>, calls: ClientCalls, options: ReadOptions): EventRead {
  const request = readRequest(options);
  const batches = (): AsyncIterable<EventBatch> =>
    calls.stream(DCB.method.read, options, async function* (call) {
      let last: bigint | undefined;
      for await (const { events, head } of stub.read(request, call)) {
        last = head ?? last; // left out of the parts of a batch that was split for its size
        yield { events: events.map(storedEvent), head: last };
      }
    });
  return {
    batches,
    [Symbol.asyncIterator]: () => flattened(batches(), ({ events }) => events, options.signal)[Symbol.asyncIterator](),
    async collect() {
      const events = [];
      let head: bigint | undefined;
      for await (const batch of batches()) {
        events.push(...batch.events);
        head = batch.head;
      }
      return { events, head };
    },
  };
}

function readRequest(options: ReadOptions): MessageInitShape<typeof ReadRequestSchema> {
  const { query, start, backwards, limit, batchSize } = options;
  return {
    ...(query !== undefined && { query: queryMessage(query) }),
    ...(start !== undefined && { start: checkPosition(start, "start") }),
    ...(backwards !== undefined && { backwards }),
    ...(limit !== undefined && { limit: checkCount(limit, "limit", 0) }),
    ...(batchSize !== undefined && { batchSize: checkCount(batchSize, "batchSize", 1) }),
  };
}
