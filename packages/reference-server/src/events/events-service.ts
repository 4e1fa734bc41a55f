import type { ConnectRouter, ServiceImpl } from "@connectrpc/connect";
import { DCB } from "@pumice/stubs/umadb";
import { callWire } from "../faults/call-wire.js";
import { faultInterceptor } from "../faults/fault-interceptor.js";
import type { FaultOptions } from "../faults/fault-rates.js";
import { FaultSource } from "../faults/faults.js";
import { answering, maxRequestBytes } from "./answering.js";
import type { ConflictText } from "./conflict-text.js";
import { EventStore } from "./event-store.js";
import { registerHealth } from "./health-service.js";
import { readMessages } from "./read-messages.js";
import { readerGone } from "./reader-gone.js";
import { serviceAlias } from "./service-alias.js";
import { subscription } from "./subscription.js";
import { Wakeup } from "./wakeup.js";

export interface EventsOptions {
  /** Every call must carry it as `authorization: Bearer KEY`; none is needed unless there is one. */
  readonly apiKey?: string | undefined;
  /**
   * How a failed append condition is worded: "short", or "dump" for the real server's text, which prints the event in
   * the way with all its data, twice, and so outgrows what many clients take as headers.
   *
   * @defaultValue "short"
   */
  readonly conflictText?: ConflictText | undefined;
  /** What goes wrong by chance; `faults.next()` of the service gives faults to single calls. @defaultValue nothing */
  readonly faults?: FaultOptions | undefined;
}

/** An UmaDB in memory, without a wire. */
export interface EventsService {
  readonly faults: FaultSource;
  /** Adds the service, under its old name too, and gRPC's health service to a router. */
  register(router: ConnectRouter): void;
  /**
   * Ends subscriptions with status OK, those open now and all later ones, as a real server does that is stopped, and
   * closes the faults.
   */
  close(): void;
}

/** Makes an empty event store that behaves as UmaDB 0.7.8 does, but refuses an empty append instead of dying of it. */
export function createEventsService(given: EventsOptions = {}): EventsService {
  const { apiKey, conflictText = "short" } = given;
  if (apiKey === "") throw new TypeError("events.apiKey must not be empty");
  const wakeup = new Wakeup();
  let ended = false;
  const hasEnded = (): boolean => ended;
  const methods = eventsImplementation(new EventStore(), wakeup, hasEnded);
  const implementation = answering(methods, { apiKey, conflictText });
  const faults = new FaultSource(given.faults ?? {}, {
    rpcs: DCB.methods.map(({ name, methodKind }) => ({ name, isStream: methodKind === "server_streaming" })),
    expireTokens: () => undefined, // an API key has no end
  });
  const options = {
    interceptors: [faultInterceptor(faults)],
    acceptCompression: [],
    readMaxBytes: 8 * maxRequestBytes, // what is less, and still too large, is refused in the real server's words
  };
  return {
    faults,
    register(router) {
      router.service(DCB, implementation, options);
      router.service(serviceAlias(DCB, "umadb.UmaDBService"), implementation, options);
      registerHealth(router, { serviceNames: [DCB.typeName], hasEnded, wakeup });
    },
    close() {
      ended = true;
      wakeup.wake();
      faults.close();
    },
  };
}

function eventsImplementation(store: EventStore, wakeup: Wakeup, hasEnded: () => boolean): ServiceImpl<typeof DCB> {
  return {
    append(request) {
      const position = store.append(request);
      wakeup.wake();
      return { position };
    },
    head() {
      const position = store.head();
      return position === undefined ? {} : { position };
    },
    getTrackingInfo({ source }) {
      const position = store.trackedPosition(source);
      return position === undefined ? {} : { position };
    },
    async *read(request) {
      yield* readMessages(store, request);
    },
    async *subscribe(request, { values, responseHeader, signal }) {
      const wire = values.get(callWire);
      wire?.sendHead(responseHeader);
      yield* subscription(request, { store, wakeup, hasEnded, signal: readerGone(wire, signal) });
    },
  };
}
