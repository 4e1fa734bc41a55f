import { type Client, Code } from "@connectrpc/connect";
import {
  type CallObserver,
  type ClientCalls,
  checkCallOptions,
  checkText,
  deliveryOf,
  PumiceError,
  resumableStream,
} from "@pumice/client-core";
import { DCB } from "@pumice/stubs/umadb";
import type { StoredEvent } from "./event.js";
import type { EventSubscription, SubscribeOptions } from "./events-client.js";
import { flattened } from "./flattened.js";
import { checkAfter, checkCount } from "./positions.js";
import { queryMessage } from "./query.js";
import { SubscriptionConnection, type SubscriptionPlan } from "./subscription-connection.js";

/** What a subscription has of its client. */
export interface SubscriptionOwner {
  readonly observer: CallObserver | undefined;
  /** Fires when the client has closed; between two connections there is no call that would tell. */
  readonly closing: AbortSignal;
}

/** Follows the store over any number of connections; each iteration is a subscription of its own. */
export function subscribe(
  stub: Client<typeof DCB>,
  calls: ClientCalls,
  options: SubscribeOptions,
  { observer, closing }: SubscriptionOwner,
): EventSubscription {
  const plan: SubscriptionPlan = { ...subscriptionPlan(options), stub, calls };
  const rpc = `${DCB.typeName}/${DCB.method.subscribe.name}`;
  const batches = (): AsyncIterable<readonly StoredEvent[]> => ({
    [Symbol.asyncIterator]() {
      const connection = new SubscriptionConnection(plan);
      const stream = resumableStream({
        rpc,
        open: (position: bigint | undefined, signal, opened) => connection.open(position, signal, opened),
        positionOf: (batch) => batch.at(-1)?.position,
        isLost: (error) => isLost(error) || (connection.hasGotOn && isBrokenOff(error)),
        endIsLost: true, // a server that is stopped ends its subscriptions with OK
        signal: options.signal ? AbortSignal.any([options.signal, closing]) : closing,
        maxAttempts: options.maxAttempts ?? Number.POSITIVE_INFINITY,
        baseDelayMs: options.baseDelayMs,
        maxDelayMs: options.maxDelayMs,
        observer,
        onLost: options.onConnectionLost,
        onRegained: options.onConnectionRegained,
      });
      return stream[Symbol.asyncIterator]();
    },
  });
  return {
    batches,
    [Symbol.asyncIterator]: () => flattened(batches(), (batch) => batch, options.signal)[Symbol.asyncIterator](),
  };
}

/**
 * Also where a server was asked something on the way back and did not answer in time: by its own clock, UmaDB says
 * `canceled` then.
 */
function isLost(error: unknown): boolean {
  if (!(error instanceof PumiceError)) return false;
  const { code } = error;
  if (code === Code.Canceled) return deliveryOf(error) === "answered";
  return code === Code.Unavailable || code === Code.DeadlineExceeded;
}

/**
 * True for a stream that ended without the server's word: a proxy that has waited too long for the next event, or has
 * lost the server, resets it with INTERNAL_ERROR, and one for gRPC-Web ends it without trailers. An answer that cannot
 * be read looks alike.
 */
function isBrokenOff(error: unknown): boolean {
  return error instanceof PumiceError && brokenOff.has(error.code) && deliveryOf(error) === "unknown";
}

const brokenOff: ReadonlySet<Code> = new Set([Code.Internal, Code.Unknown, Code.ResourceExhausted]);

function subscriptionPlan(options: SubscribeOptions): Omit<SubscriptionPlan, "stub" | "calls"> {
  const { after, afterTracked, query, batchSize, headers, onCaughtUp } = options;
  if (after !== undefined && afterTracked !== undefined) {
    throw new TypeError("Cannot subscribe: after and afterTracked exclude each other");
  }
  checkCallOptions(options);
  if (after !== undefined) checkAfter(after);
  if (afterTracked !== undefined) checkText(afterTracked, "afterTracked");
  if (batchSize !== undefined) checkCount(batchSize, "batchSize", 1);
  return {
    after,
    afterTracked,
    query: query === undefined ? undefined : queryMessage(query),
    batchSize,
    headers,
    onCaughtUp,
  };
}
