import { create } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import {
  type CallObserver,
  type CallOptions,
  type ClientCalls,
  checkCallOptions,
  defaultTimeoutMs,
  PumiceError,
} from "@pumice/client-core";
import { type AppendRequest, AppendRequestSchema, DCB } from "@pumice/stubs/umadb";
import { appendUntilKnown } from "./append-until-known.js";
import { checkNewEvents, checkSizes, checkTracking } from "./check-append.js";
import { isSettled, outcomeUnknown } from "./errors.js";
import { eventMessage, type NewEvent } from "./event.js";
import type { AppendOptions } from "./events-client.js";
import { checkAfter } from "./positions.js";
import { type EventQuery, matches, queryMessage } from "./query.js";

/** Appends events, and finds out what became of them where that can be done. */
export async function append(
  stub: Client<typeof DCB>,
  calls: ClientCalls,
  events: readonly NewEvent[],
  options: AppendOptions,
  observer: CallObserver | undefined,
): Promise<bigint> {
  checkCallOptions(options);
  const request = appendRequest(events, options);
  const { signal, timeoutMs = defaultTimeoutMs, retry } = options;
  const send = async (call: CallOptions): Promise<bigint> => {
    const { position } = await calls.unary(DCB.method.append, call, (stubCall) => stub.append(request, stubCall));
    return position;
  };
  if (retry !== "never" && isRecognised(events, options.failIfMatch)) {
    // Each attempt is one request, so that what became of it is known.
    const once = (ms: number) => send({ ...options, timeoutMs: ms, retry: "never" });
    return await appendUntilKnown({ send: once, timeoutMs, signal, observer });
  }
  try {
    return await send(options);
  } catch (error) {
    // After a repeat that the caller asked for, a conflict may be one with the first attempt.
    const isSure = !(error instanceof PumiceError) || (isSettled(error) && !error.earlierMayHaveArrived);
    throw isSure ? error : outcomeUnknown(error);
  }
}

/**
 * True if the server would know a repeat for what it is: it compares uuids with the first events that match the
 * condition, so the condition has to match every event of the request.
 */
function isRecognised(events: readonly NewEvent[], failIfMatch: EventQuery | undefined): boolean {
  if (!failIfMatch) return false;
  return events.every(({ type, tags = [] }) => matches(failIfMatch, { type, tags }));
}

function appendRequest(events: readonly NewEvent[], { failIfMatch, after, tracking }: AppendOptions): AppendRequest {
  checkNewEvents(events);
  if (after !== undefined && failIfMatch === undefined) {
    throw new TypeError("Cannot append: after goes with failIfMatch; everyEvent is the query for all events");
  }
  if (tracking !== undefined) checkTracking(tracking);
  const request = create(AppendRequestSchema, {
    events: events.map(eventMessage),
    ...(failIfMatch !== undefined && {
      condition: {
        failIfEventsMatch: queryMessage(failIfMatch),
        ...(after !== undefined && { after: checkAfter(after) }),
      },
    }),
    ...(tracking && { trackingInfo: { source: tracking.source, position: tracking.position } }),
  });
  checkSizes(request);
  return request;
}
