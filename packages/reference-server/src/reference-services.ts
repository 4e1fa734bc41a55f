import type { ConnectRouter, Transport } from "@connectrpc/connect";
import { createEventsService, type EventsOptions } from "./events/events-service.js";
import type { Faults } from "./faults/faults.js";
import { inProcessTransport } from "./in-process-transport.js";
import type { KvServiceOptions } from "./kv/kv-options.js";
import { createKvService } from "./kv/kv-service.js";
import { createLedgerService, type LedgerOptions, type ReferenceLedger } from "./ledger/ledger-service.js";

export interface ReferenceServicesOptions {
  /** The key-value service: its first user, its life times, its faults. */
  readonly kv?: KvServiceOptions | undefined;
  /** The event store: its key, how it words a conflict, its faults. */
  readonly events?: EventsOptions | undefined;
  /** The ledger's password, signing key and clock. */
  readonly ledger?: LedgerOptions | undefined;
}

/** The services without a port: reached in process, or through a router of the caller's own. */
export interface ReferenceServices {
  readonly kv: {
    readonly username: string;
    readonly password: string;
    /** Reaches the service in process: no socket, and the same state as behind a port. */
    readonly transport: Transport;
    /** What goes wrong on purpose. */
    readonly faults: Faults;
  };
  readonly events: {
    /** Reaches the event store in process: no socket, and the same state as behind a port. */
    readonly transport: Transport;
    /** What goes wrong on purpose. */
    readonly faults: Faults;
  };
  readonly ledger: ReferenceLedger & {
    /** As `kv.transport`. */
    readonly transport: Transport;
  };
  /** Adds all services to a Connect router. */
  register(router: ConnectRouter): void;
  /**
   * Ends subscriptions to events with status OK, as a server does that is stopped, and lets go of the calls that faults
   * hold back: they are dropped, and those that wait in silence are lost.
   */
  close(): void;
}

/** Makes in-memory services with empty stores. Nothing is opened; only faults and subscriptions may have to be closed. */
export function createReferenceServices(options: ReferenceServicesOptions = {}): ReferenceServices {
  const kv = createKvService(options.kv);
  const events = createEventsService(options.events);
  const { register: registerLedger, ...ledger } = createLedgerService(options.ledger);
  const register = (router: ConnectRouter) => {
    kv.register(router);
    events.register(router);
    registerLedger(router);
  };
  const transport = inProcessTransport(register);
  const { username, password } = kv;
  return {
    kv: { username, password, faults: kv.faults, transport },
    events: { faults: events.faults, transport },
    ledger: { ...ledger, transport },
    register,
    close() {
      kv.faults.close();
      events.close();
    },
  };
}
