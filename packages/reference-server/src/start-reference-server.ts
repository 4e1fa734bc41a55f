import {
  createReferenceServices,
  type ReferenceServices,
  type ReferenceServicesOptions,
} from "./reference-services.js";
import { requestHandler } from "./request-handler.js";
import { listenOnSharedPort } from "./shared-port.js";
import type { ShelfOptions, ShelfServer } from "./shelf/shelf-options.js";
import { startShelfServers } from "./shelf/start-shelf-servers.js";
import { urlHost } from "./url-host.js";

export interface ReferenceServerOptions extends ReferenceServicesOptions {
  /** The address to listen on. @defaultValue "127.0.0.1" */
  readonly host?: string | undefined;
  /** 0 takes a free port. @defaultValue 0 */
  readonly port?: number | undefined;
  /**
   * A client is dropped that has not sent the head of a first request, or HTTP/2 SETTINGS, after this time; in
   * milliseconds, at most 2147483647.
   *
   * @defaultValue 10000
   */
  readonly helloTimeoutMs?: number | undefined;
  /** Where the shelf servers listen, if not on free ports of `host`, and their faults. */
  readonly shelf?: ShelfOptions | undefined;
}

/** A running server. */
export interface ReferenceServer extends AsyncDisposable {
  /** The key-value service, and how to log in to it. */
  readonly kv: ReferenceServices["kv"] & {
    /** For gRPC, gRPC-Web and Connect alike. */
    readonly url: string;
  };
  /** The event store. */
  readonly events: ReferenceServices["events"] & {
    /** For gRPC, gRPC-Web and Connect alike. */
    readonly url: string;
  };
  /** The ledger, how to log in to it, and how to make it lie. */
  readonly ledger: ReferenceServices["ledger"] & {
    /** The same as `kv.url`. */
    readonly url: string;
  };
  /** The shelf servers, one a generation of the protocol; each has a database of its own. */
  readonly shelf: { readonly v2: ShelfServer; readonly v3: ShelfServer };
  /**
   * Ends subscriptions, takes no new connections, lets calls in flight finish, and cuts off what is left; what faults hold
   * back is dropped. May be called twice: the second call waits for the first.
   *
   * @param options - `drainMs`: how long calls may take to finish, in milliseconds. Default 5000.
   */
  close(options?: { readonly drainMs?: number | undefined }): Promise<void>;
}

/**
 * Starts in-memory servers with empty stores: one plaintext port for gRPC (HTTP/2 with prior knowledge), gRPC-Web and
 * Connect (HTTP/1.1 and HTTP/2), and a port or unix socket for each generation of the shelf's protocol.
 *
 * @throws The listener's error, for instance EADDRINUSE; RangeError or TypeError if an option is wrong.
 * @example
 * await using server = await startReferenceServer();
 * await using kv = connectKv(server.kv.url, server.kv);
 */
export async function startReferenceServer(options: ReferenceServerOptions = {}): Promise<ReferenceServer> {
  const { host = "127.0.0.1", port = 0, helloTimeoutMs = 10_000 } = options;
  checkTimerMs(helloTimeoutMs, "helloTimeoutMs");
  const services = createReferenceServices(options);
  const handler = requestHandler(services.register);
  const shelf = await startShelfServers(options.shelf ?? {}, host);
  const listening = await listenOnSharedPort(handler, { host, port, helloTimeoutMs }).catch(async (error) => {
    await shelf.close(0);
    throw error;
  });
  const url = `http://${urlHost(listening.host)}:${listening.port}`;

  let closing: Promise<void> | undefined;
  const server: ReferenceServer = {
    kv: { url, ...services.kv },
    events: { url, ...services.events },
    ledger: { url, ...services.ledger },
    shelf: { v2: shelf.v2, v3: shelf.v3 },
    async close({ drainMs = 5_000 } = {}) {
      checkTimerMs(drainMs, "drainMs");
      services.close();
      closing ??= Promise.all([listening.close(drainMs), shelf.close(drainMs)]).then(() => undefined);
      return closing;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
  return server;
}

/** A timer that is set to more than 31 bits hold fires at once. */
function checkTimerMs(value: number, name: string): void {
  if (!(value >= 0 && value <= 2_147_483_647)) {
    throw new RangeError(`${name} must be from 0 to 2147483647 milliseconds, got ${value}`);
  }
}
