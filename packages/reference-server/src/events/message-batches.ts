import { toBinary } from "@bufbuild/protobuf";
import { type SequencedEvent, SequencedEventSchema } from "@pumice/stubs/umadb";

/** Events of one message, and whether they end a batch: a batch too large for one message is split. */
export interface MessageEvents {
  readonly events: SequencedEvent[];
  readonly endsBatch: boolean;
}

/** The most events in a batch: what a request asks for, as the real server takes it. */
export function effectiveBatchSize(asked: number | undefined): number {
  return Math.min(Math.max(asked ?? 1024, 1), 4096);
}

/** Groups events into batches, and batches into messages below 3.5 MiB; a larger event travels alone. */
export function* messageBatches(events: Iterable<SequencedEvent>, batchSize: number): Generator<MessageEvents> {
  let batch: SequencedEvent[] = [];
  for (const event of events) {
    batch.push(event);
    if (batch.length < batchSize) continue;
    yield* splitBySize(batch);
    batch = [];
  }
  if (batch.length > 0) yield* splitBySize(batch);
}

function* splitBySize(batch: readonly SequencedEvent[]): Generator<MessageEvents> {
  let events: SequencedEvent[] = [];
  let bytes = 0;
  for (const event of batch) {
    const more = toBinary(SequencedEventSchema, event).length + eventOverheadBytes;
    if (events.length > 0 && bytes + more > maxMessageBytes) {
      yield { events, endsBatch: false };
      events = [];
      bytes = 0;
    }
    events.push(event);
    bytes += more;
  }
  yield { events, endsBatch: true };
}

/** Measured on UmaDB 0.7.8: it adds this to the encoded length of each event. */
const eventOverheadBytes = 11;
const maxMessageBytes = 3_670_016;
