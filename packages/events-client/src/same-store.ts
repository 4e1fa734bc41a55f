import { type Client, Code } from "@connectrpc/connect";
import { type CallOptions, type ClientCalls, PumiceError } from "@pumice/client-core";
import { DCB } from "@pumice/stubs/umadb";
import { type StoredEvent, storedEvent } from "./event.js";

/**
 * The server came back with another store, or with less than was seen of it: an event that was handed out is not there
 * any more. What was built from its events has to be built anew.
 */
export class StoreChangedError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/events-client/StoreChangedError");
  override readonly kind: string = "store-changed";
}

/**
 * Sees that the last event that was seen is still at its position.
 *
 * @throws StoreChangedError
 */
export async function checkSameStore(
  stub: Client<typeof DCB>,
  calls: ClientCalls,
  seen: StoredEvent,
  call: CallOptions,
): Promise<void> {
  const { position } = seen;
  const request = { start: position, limit: 1 };
  let found: StoredEvent | undefined;
  for await (const { events } of calls.stream(DCB.method.read, call, (stubCall) => stub.read(request, stubCall))) {
    if (events[0]) found = storedEvent(events[0]);
  }
  if (found && isSame(found, seen)) return;
  throw storeChanged(position, found === undefined ? "the store ends before it" : "the store has another event there");
}

/**
 * Sees that the store has not become shorter: for a subscription that has seen its end, but perhaps none of its events.
 *
 * @throws StoreChangedError
 */
export function checkNotShorter(head: bigint | undefined, seen: bigint | undefined): void {
  if (seen !== undefined && (head ?? 0n) < seen) throw storeChanged(seen, "the store ends before it");
}

function storeChanged(position: bigint, state: string): StoreChangedError {
  const message = `Cannot go on behind the event at position ${position}: ${state}`;
  const rpc = `${DCB.typeName}/${DCB.method.subscribe.name}`;
  return new StoreChangedError(message, Code.FailedPrecondition, { rpc, attempts: 1 });
}

function isSame(found: StoredEvent, seen: StoredEvent): boolean {
  if (found.position !== seen.position || found.uuid !== seen.uuid || found.type !== seen.type) return false;
  // Another client may have left the uuid out: then the tags have to tell.
  return seen.uuid !== undefined || seen.tags.join("\0") === found.tags.join("\0");
}
