import { type ConnectRouter, createRouterTransport, type Transport } from "@connectrpc/connect";
import type { KvLoginOptions } from "./kv/kv-login.js";
import { createKvService } from "./kv/kv-service.js";
import { createLedgerService, type LedgerOptions, type ReferenceLedger } from "./ledger/ledger-service.js";

export interface ReferenceServicesOptions {
  /** The user of the key-value service, and how long its tokens live. */
  readonly kv?: KvLoginOptions | undefined;
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
  };
  readonly ledger: ReferenceLedger & {
    /** As `kv.transport`. */
    readonly transport: Transport;
  };
  /** Adds all services to a Connect router. */
  register(router: ConnectRouter): void;
}

/** Makes in-memory services with empty stores. Nothing is opened, nothing has to be closed. */
export function createReferenceServices(options: ReferenceServicesOptions = {}): ReferenceServices {
  const kv = createKvService(options.kv);
  const { register: registerLedger, ...ledger } = createLedgerService(options.ledger);
  const register = (router: ConnectRouter) => {
    kv.register(router);
    registerLedger(router);
  };
  const transport = createRouterTransport(register);
  return {
    kv: { username: kv.username, password: kv.password, transport },
    ledger: { ...ledger, transport },
    register,
  };
}
