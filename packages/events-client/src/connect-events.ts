import type { Transport } from "@connectrpc/connect";
import { endpoint } from "@pumice/client-core";
import type { EventsClient } from "./events-client.js";
import type { EventsOptions } from "./events-options.js";
import { checkKey, type OpenTransport, openEvents } from "./open-events.js";

/** Options of a client that takes a transport instead of a URL. */
export interface EventsTransportOptions extends EventsOptions {
  /** Any Connect transport that reaches the server; the default URL is meant when there is none. */
  readonly transport?: Transport | undefined;
}

/** Connects to an UmaDB server; the two entries of this package differ in the transport behind a URL. */
export interface ConnectEvents {
  /**
   * Makes a client. Nothing is sent before its first call.
   *
   * @param url - `http://` or `https://`, or `host:port` of a plaintext server. On Node it is spoken to in gRPC, in a
   * browser in gRPC-Web, which UmaDB itself does not speak: that needs a proxy.
   * @throws TypeError if an option is wrong, or if the API key would travel in plaintext to another host.
   * @throws RangeError if an option is out of its range.
   * @example
   * await using events = connectEvents("http://127.0.0.1:50051");
   */
  (url: string | URL, options?: EventsOptions): EventsClient;
  /** Makes a client over a transport, or without one for `http://localhost:50051`. */
  (options?: EventsTransportOptions): EventsClient;
}

/** `connectEvents` for one platform. */
export function connectEventsWith(
  openTransport: (baseUrl: string, options: EventsOptions) => OpenTransport,
): ConnectEvents {
  return (target: string | URL | EventsTransportOptions = {}, urlOptions: EventsOptions = {}): EventsClient => {
    const isUrl = typeof target === "string" || target instanceof URL;
    const options = isUrl ? urlOptions : target;
    if (typeof options !== "object" || options === null) {
      throw new TypeError("Cannot connect: options must be an object");
    }
    const { apiKey, tls, allowPlaintext } = options;
    if (apiKey !== undefined && typeof apiKey !== "function") checkKey(apiKey);
    if (!isUrl && target.transport) {
      if (tls) throw new TypeError("Cannot connect: options.tls goes with a URL, a transport has its own");
      return openEvents({ transport: target.transport, close: () => undefined }, options);
    }
    if (!isUrl && "url" in target) throw new TypeError("Cannot connect: the URL is the first argument, not an option");
    const url = endpoint(isUrl ? String(target) : undefined, {
      defaultUrl: "http://localhost:50051",
      sendsCredentials: apiKey !== undefined,
      allowPlaintext,
    });
    if (tls && !url.startsWith("https:"))
      throw new TypeError(`Cannot connect: options.tls wants an https URL, got ${url}`);
    return openEvents(openTransport(url, options), options);
  };
}
