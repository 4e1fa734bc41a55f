import type { CallObserver, RetryOptions } from "@pumice/client-core";

/** Certificates for a TLS connection, as PEM; for Node. */
export interface EventsTls {
  /** The authority that signed the server's certificate, where the system does not know it. */
  readonly ca?: string | Uint8Array | undefined;
  readonly cert?: string | Uint8Array | undefined;
  readonly key?: string | Uint8Array | undefined;
}

export interface EventsOptions {
  /** The server's API key, or a function that fetches it: asked once, and again when the server refuses the key. */
  readonly apiKey?: string | (() => string | Promise<string>) | undefined;
  /** Sends the key over plaintext to a host other than this machine. @defaultValue false */
  readonly allowPlaintext?: boolean | undefined;
  /** For an `https` URL on Node. */
  readonly tls?: EventsTls | undefined;
  /**
   * How calls are repeated; false for not at all. A subscription always comes back, and an append that the server knows
   * again is sent until it is answered: `retry: "never"` of that call says otherwise.
   */
  readonly retry?: RetryOptions | false | undefined;
  /** Hears of calls, attempts, pauses and reconnects. */
  readonly observer?: CallObserver | undefined;
  /**
   * Silence after which a PING asks whether the server is there, in milliseconds; on Node, for a URL. A server that has
   * vanished without a word is noticed after this time and `pingTimeoutMs`. @defaultValue 10000
   */
  readonly pingIntervalMs?: number | undefined;
  /** How long the answer to a PING may take, in milliseconds. @defaultValue 5000 */
  readonly pingTimeoutMs?: number | undefined;
}
