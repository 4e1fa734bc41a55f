import {
  createReferenceServices,
  type ReferenceServices,
  type ReferenceServicesOptions,
} from "./reference-services.js";
import { requestHandler } from "./request-handler.js";
import { listenOnSharedPort } from "./shared-port.js";

export interface ReferenceServerOptions extends ReferenceServicesOptions {
  /** The address to listen on. @defaultValue "127.0.0.1" */
  readonly host?: string | undefined;
  /** 0 takes a free port. @defaultValue 0 */
  readonly port?: number | undefined;
  /** A client that connects and does not speak is dropped after this time, in milliseconds. @defaultValue 10000 */
  readonly helloTimeoutMs?: number | undefined;
}

/** A running server. */
export interface ReferenceServer extends AsyncDisposable {
  /** The key-value service, and how to log in to it. */
  readonly kv: ReferenceServices["kv"] & {
    /** For gRPC, gRPC-Web and Connect alike. */
    readonly url: string;
  };
  /**
   * Takes no new connections, lets calls in flight finish, and cuts off what is left. May be called twice.
   *
   * @param options - `drainMs`: how long calls may take to finish, in milliseconds. Default 5000.
   */
  close(options?: { readonly drainMs?: number | undefined }): Promise<void>;
}

/**
 * Starts in-memory servers with empty stores on one plaintext port: gRPC (HTTP/2 with prior knowledge), gRPC-Web and
 * Connect (HTTP/1.1 and HTTP/2).
 *
 * @throws The listener's error, for instance EADDRINUSE.
 * @example
 * await using server = await startReferenceServer();
 * await using kv = connectKv(server.kv.url, server.kv);
 */
export async function startReferenceServer(options: ReferenceServerOptions = {}): Promise<ReferenceServer> {
  const { host = "127.0.0.1", port = 0, helloTimeoutMs = 10_000 } = options;
  const services = createReferenceServices(options);
  const handler = requestHandler(services.register);
  const listening = await listenOnSharedPort(handler, { host, port, helloTimeoutMs });
  const url = `http://${urlHost(listening.host)}:${listening.port}`;

  let closing: Promise<void> | undefined;
  const server: ReferenceServer = {
    kv: { url, ...services.kv },
    close({ drainMs = 5_000 } = {}) {
      closing ??= listening.close(drainMs);
      return closing;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
  return server;
}

/** The host as a client on this machine writes it. */
function urlHost(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  if (address === "::") return "[::1]";
  return address.includes(":") ? `[${address}]` : address;
}
