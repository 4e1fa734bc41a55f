import { Code, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import {
  ClientClosedError,
  callInterceptors,
  checkText,
  clientCalls,
  tokenSource,
  withInterceptors,
} from "@pumice/client-core";
import { DCB } from "@pumice/stubs/umadb";
import { append } from "./append.js";
import { eventsError } from "./errors.js";
import type { EventsClient } from "./events-client.js";
import type { EventsOptions } from "./events-options.js";
import { read } from "./read.js";
import { withShortConflicts } from "./short-conflicts.js";
import { subscribe } from "./subscribe.js";

/** A transport that the client opened, and how it is closed. */
export interface OpenTransport {
  readonly transport: Transport;
  close(): void;
}

/** A client over a transport. */
export function openEvents({ transport, close }: OpenTransport, options: EventsOptions): EventsClient {
  const calls = clientCalls(eventsError);
  const { observer } = options;
  const closing = new AbortController();
  const stub = createClient(DCB, withInterceptors(withShortConflicts(transport), interceptorsOf(options)));

  const client: EventsClient = {
    append: async (events, appendOptions = {}) => append(stub, calls, events, appendOptions, observer),
    read: (readOptions = {}) => read(stub, calls, readOptions),
    subscribe: (subscribeOptions = {}) =>
      subscribe(stub, calls, subscribeOptions, { observer, closing: closing.signal }),
    async head(callOptions = {}) {
      const { position } = await calls.unary(DCB.method.head, callOptions, (call) => stub.head({}, call));
      return position;
    },
    async trackedPosition(source, callOptions = {}) {
      const request = { source: checkText(source, "source") };
      const { getTrackingInfo } = DCB.method;
      const { position } = await calls.unary(getTrackingInfo, callOptions, (call) =>
        stub.getTrackingInfo(request, call),
      );
      return position;
    },
    async ready(callOptions = {}) {
      await client.head(callOptions);
    },
    async close(closeOptions) {
      try {
        await calls.close(closeOptions);
      } finally {
        closing.abort(clientClosed());
        close();
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
  return client;
}

/** What a subscription ends with that waits to connect again. */
function clientClosed(): ClientClosedError {
  const { name } = DCB.method.subscribe;
  const call = { rpc: `${DCB.typeName}/${name}`, attempts: 0 };
  return new ClientClosedError(`Cannot call ${name}: the client is closed`, Code.FailedPrecondition, call);
}

function interceptorsOf({ apiKey, retry, observer }: EventsOptions): Interceptor[] {
  if (typeof apiKey !== "function") {
    const installed = callInterceptors({ retry, observer });
    return apiKey === undefined ? installed : [...installed, keyInterceptor(apiKey)];
  }
  const fetchKey = async () => ({ value: checkKey(await apiKey()) });
  return callInterceptors({ tokens: tokenSource(fetchKey, { onRenewal: observer?.onRenewal }), retry, observer });
}

/** A key that does not change is sent as it is: another attempt with it would not do better. */
function keyInterceptor(apiKey: string): Interceptor {
  return (next) => (request) => {
    request.header.set("authorization", `Bearer ${apiKey}`);
    return next(request);
  };
}

/** @throws TypeError if a header cannot hold the key, or if it is empty; the key itself is never shown. */
export function checkKey(apiKey: string): string {
  if (typeof apiKey === "string" && /^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new TypeError("Cannot connect: the API key must be a string of visible ASCII characters that is not empty");
}
