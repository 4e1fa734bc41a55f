import type { Transport } from "@connectrpc/connect";
import { endpoint } from "@pumice/client-core";
import type { KvClient } from "./kv-client.js";
import type { KvOptions, KvTls } from "./kv-options.js";
import { type OpenTransport, openKv } from "./open-kv.js";
import { type CredentialsSource, checkedCredentials } from "./session.js";

/** Options of a client that takes a transport instead of a URL. */
export interface KvTransportOptions extends KvOptions {
  /** Any Connect transport that reaches the server; the default URL is meant when there is none. */
  readonly transport?: Transport | undefined;
}

/** Connects to a ScoriaDB server; the two entries of this package differ in the transport behind a URL. */
export interface ConnectKv {
  /**
   * Makes a client. Nothing is sent before its first call.
   *
   * @param url - `http://` or `https://`, or `host:port` of a plaintext server. On Node it is spoken to in gRPC, in a
   * browser in gRPC-Web, also when the options come from something that has a transport too.
   * @throws TypeError if an option is wrong, or if the password would travel in plaintext to another host.
   * @throws RangeError if an option of `retry` is out of its range.
   * @example
   * await using kv = connectKv("http://127.0.0.1:50051", { username: "admin", password: "admin" });
   */
  (url: string | URL, options?: KvOptions): KvClient;
  /** Makes a client over a transport, or without one for `http://localhost:50051`. */
  (options: KvTransportOptions): KvClient;
}

/** `connectKv` for one platform. */
export function connectKvWith(openTransport: (baseUrl: string, tls: KvTls | undefined) => OpenTransport): ConnectKv {
  return (target: string | URL | KvTransportOptions, urlOptions: KvOptions = {}): KvClient => {
    const isUrl = typeof target === "string" || target instanceof URL;
    const options = isUrl ? urlOptions : target;
    if (typeof options !== "object" || options === null)
      throw new TypeError("Cannot connect: options must be an object");
    const credentials = credentialsSource(options);
    if (!isUrl && target.transport) {
      if (options.tls) throw new TypeError("Cannot connect: options.tls goes with a URL, a transport has its own");
      return openKv({ transport: target.transport, close: () => undefined }, credentials, options);
    }
    if (!isUrl && "url" in target) throw new TypeError("Cannot connect: the URL is the first argument, not an option");
    const url = endpoint(isUrl ? String(target) : undefined, {
      defaultUrl: "http://localhost:50051",
      sendsCredentials: true,
      allowPlaintext: options.allowPlaintext,
    });
    if (options.tls && !url.startsWith("https:")) {
      throw new TypeError(`Cannot connect: options.tls wants an https URL, got ${url}`);
    }
    return openKv(openTransport(url, options.tls), credentials, options);
  };
}

function credentialsSource({ username, password, credentials }: KvOptions): CredentialsSource | undefined {
  if (credentials !== undefined) {
    if (typeof credentials !== "function")
      throw new TypeError("Cannot connect: options.credentials must be a function");
    if (username === undefined && password === undefined) return credentials;
    throw new TypeError("Cannot connect: options.credentials stands instead of username and password");
  }
  if (username === undefined && password === undefined) return undefined;
  const user = checkedCredentials("connect", { username: username ?? "", password: password ?? "" });
  return () => user;
}
