import {
  type AppendCondition,
  type AppendRequest,
  ErrorResponse_ErrorType as ErrorType,
  type Event,
  type Query,
  type SequencedEvent,
  type TrackingInfo,
} from "@pumice/stubs/umadb";
import { checkEvent, checkSource } from "./check-event.js";
import { matchesQuery } from "./matches-query.js";
import { normalUuid } from "./normal-uuid.js";
import { ConditionFailedError, StoreError } from "./store-error.js";
import { TagIndex } from "./tag-index.js";

/** Which positions to look at, both included. */
export interface PositionRange {
  readonly from: bigint;
  readonly through: bigint;
  readonly backwards?: boolean | undefined;
}

/** Above every position. */
export const maxPosition: bigint = 2n ** 64n - 1n;

/**
 * The state of an event store: one log of events, the position of the first being 1, and how far each source was
 * tracked.
 */
export class EventStore {
  /** The event at position n is at index n - 1. */
  private readonly log: SequencedEvent[] = [];
  private readonly tags = new TagIndex();
  private readonly tracked = new Map<string, bigint>();

  /** The last position; undefined if the store is empty. */
  head(): bigint | undefined {
    return this.log.at(-1)?.position;
  }

  /** How far a source was tracked; undefined if it never was. */
  trackedPosition(source: string): bigint | undefined {
    return this.tracked.get(source);
  }

  /**
   * Stores all events of a request, or none.
   *
   * @returns The position of the last event; 0 if there were none.
   * @throws StoreError in the real server's order of checks: uuids, condition, events, tracking.
   */
  append({ events, condition, trackingInfo }: AppendRequest): bigint {
    const own = events.map(ownCopy);
    if (condition) {
      const known = this.positionOfRepeat(condition, own);
      if (known !== undefined) return known;
    }
    for (const event of own) checkEvent(event, trackingInfo);
    if (trackingInfo) this.track(trackingInfo);
    for (const event of own) this.store(event, trackingInfo);
    return own.length === 0 ? 0n : BigInt(this.log.length);
  }

  /** The matching events in a range of positions, in order; events that are appended meanwhile may come too. */
  *find(query: Query | undefined, { from, through, backwards = false }: PositionRange): Generator<SequencedEvent> {
    const first = Number(bigintMax(from, 1n));
    const last = Number(bigintMin(through, BigInt(this.log.length)));
    const positions = this.tags.candidates(query, first, last);
    const ordered = backwards ? positions?.toReversed() : positions;
    for (const position of ordered ?? span(first, last, backwards)) {
      const stored = this.log[position - 1];
      if (stored?.event && matchesQuery(query, stored.event)) yield stored;
    }
  }

  /**
   * Checks a condition: nothing if it holds; the first outcome if it fails only because the same request, told by the
   * uuids of its events, was stored before.
   *
   * @throws ConditionFailedError
   */
  private positionOfRepeat(condition: AppendCondition, events: readonly Event[]): bigint | undefined {
    const { failIfEventsMatch, after = 0n } = condition;
    const from = after === maxPosition ? 1n : after + 1n; // the real server's counter wraps round
    const matching = this.find(failIfEventsMatch, { from, through: maxPosition });
    const found = take(matching, Math.max(1, events.length));
    const [first] = found;
    if (!first) return undefined;
    const isRepeat =
      events.length > 0 && events.every(({ uuid }, index) => uuid !== "" && uuid === found[index]?.event?.uuid);
    if (!isRepeat) throw new ConditionFailedError(condition, first);
    return found.at(-1)?.position;
  }

  private track(tracking: TrackingInfo): void {
    checkSource(tracking);
    const { source, position } = tracking;
    const before = this.tracked.get(source);
    if (before !== undefined && position <= before) {
      const problem = `non-increasing tracking position for source '${source}': ${position} <= ${before}`;
      throw new StoreError(ErrorType.INTEGRITY, `integrity error: condition failed: ${problem}`);
    }
    this.tracked.set(source, position);
  }

  private store(event: Event, trackingInfo: TrackingInfo | undefined): void {
    const position = this.log.length + 1;
    const stored = { $typeName: "umadb.v1.SequencedEvent", position: BigInt(position), event } as const;
    this.log.push(trackingInfo ? { ...stored, trackingInfo } : stored);
    this.tags.add(event.tags, position);
  }
}

/** What came in is a view that would hold the whole received chunk. */
function ownCopy(event: Event): Event {
  return { ...event, data: new Uint8Array(event.data), uuid: normalUuid(event.uuid) };
}

function take<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

function* span(first: number, last: number, backwards: boolean): Generator<number> {
  if (backwards) for (let position = last; position >= first; position--) yield position;
  else for (let position = first; position <= last; position++) yield position;
}

const bigintMax = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const bigintMin = (a: bigint, b: bigint): bigint => (a < b ? a : b);
