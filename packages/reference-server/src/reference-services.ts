import { type ConnectRouter, createRouterTransport, type Transport } from "@connectrpc/connect";
import { createEventsService, type EventsOptions } from "./events/events-service.js";
import type { KvLoginOptions } from "./kv/kv-login.js";
import { createKvService } from "./kv/kv-service.js";

export interface ReferenceServicesOptions {
  /** The user of the key-value service, and how long its tokens live. */
  readonly kv?: KvLoginOptions | undefined;
  /** The key of the event store, and how it words a conflict. */
  readonly events?: EventsOptions | undefined;
}

/** The services without a port: reached in process, or through a router of the caller's own. */
export interface ReferenceServices {
  readonly kv: {
    readonly username: string;
    readonly password: string;
    /** Reaches the service in process: no socket, and the same state as behind a port. */
    readonly transport: Transport;
  };
  readonly events: {
    /** Reaches the event store in process: no socket, and the same state as behind a port. */
    readonly transport: Transport;
    /** Ends subscriptions with status OK, those open now and all later ones, as a server does that is stopped. */
    endSubscriptions(): void;
  };
  /** Adds all services to a Connect router. */
  register(router: ConnectRouter): void;
}

/** Makes in-memory services with empty stores. Nothing is opened, nothing has to be closed. */
export function createReferenceServices(options: ReferenceServicesOptions = {}): ReferenceServices {
  const kv = createKvService(options.kv);
  const events = createEventsService(options.events);
  const register = (router: ConnectRouter) => {
    kv.register(router);
    events.register(router);
  };
  const transport = createRouterTransport(register);
  return {
    kv: { username: kv.username, password: kv.password, transport },
    events: { transport, endSubscriptions: events.endSubscriptions },
    register,
  };
}
