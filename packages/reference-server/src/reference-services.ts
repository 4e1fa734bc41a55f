import { type ConnectRouter, createRouterTransport, type Transport } from "@connectrpc/connect";
import type { KvServiceOptions } from "./kv/kv-options.js";
import { createKvService } from "./kv/kv-service.js";

export interface ReferenceServicesOptions {
  /** The key-value service: its first user, life times. */
  readonly kv?: KvServiceOptions | undefined;
}

/** The services without a port: reached in process, or through a router of the caller's own. */
export interface ReferenceServices {
  readonly kv: {
    readonly username: string;
    readonly password: string;
    /** Reaches the service in process: no socket, and the same state as behind a port. */
    readonly transport: Transport;
  };
  /** Adds all services to a Connect router. */
  register(router: ConnectRouter): void;
}

/** Makes in-memory services with empty stores. Nothing is opened, nothing has to be closed. */
export function createReferenceServices(options: ReferenceServicesOptions = {}): ReferenceServices {
  const kv = createKvService(options.kv);
  const register = (router: ConnectRouter) => kv.register(router);
  return {
    kv: { username: kv.username, password: kv.password, transport: createRouterTransport(register) },
    register,
  };
}
