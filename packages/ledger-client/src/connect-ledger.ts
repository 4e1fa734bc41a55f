import type { Transport } from "@connectrpc/connect";
import { endpoint } from "@pumice/client-core";
import type { LedgerClient } from "./ledger-client.js";
import type { LedgerOptions, LedgerTls } from "./ledger-options.js";
import { openLedger } from "./open-ledger.js";
import { type CredentialsSource, checkedCredentials } from "./session.js";
import type { Sha256 } from "./verify/sha256.js";

/** Options of a client that takes a transport instead of a URL. */
export interface LedgerTransportOptions extends LedgerOptions {
  /**
   * Any Connect transport that reaches the server; the default URL is meant when there is none. That another server answers
   * than in an earlier run is noticed behind a URL alone: the store keeps servers by their address.
   */
  readonly transport?: Transport | undefined;
}

/** Connects to an immudb server; the two entries of this package differ in the transport behind a URL, and in SHA-256. */
export interface ConnectLedger {
  /**
   * Makes a client. Nothing is sent before its first call.
   *
   * @param url - `http://` or `https://`, or `host:port` of a plaintext server. On Node it is spoken to in gRPC, in a
   * browser in gRPC-Web, also when the options come from something that has a transport too.
   * @throws TypeError if an option is wrong, or if the password would travel in plaintext to another host.
   * @throws RangeError if `keepAliveMs` or an option of `retry` is out of its range.
   * @example
   * await using ledger = connectLedger("http://127.0.0.1:3322", { username: "immudb", password: "immudb" });
   */
  (url: string | URL, options?: LedgerOptions): LedgerClient;
  /** Makes a client over a transport, or without one for `http://localhost:3322`. */
  (options: LedgerTransportOptions): LedgerClient;
}

/** What one platform brings along. */
export interface LedgerPlatform {
  openTransport(baseUrl: string, tls: LedgerTls | undefined): { readonly transport: Transport; close(): void };
  readonly sha256: Sha256;
}

/** `connectLedger` for one platform. */
export function connectLedgerWith({ openTransport, sha256 }: LedgerPlatform): ConnectLedger {
  return (target: string | URL | LedgerTransportOptions, urlOptions: LedgerOptions = {}): LedgerClient => {
    const isUrl = typeof target === "string" || target instanceof URL;
    const options = isUrl ? urlOptions : target;
    if (typeof options !== "object" || options === null)
      throw new TypeError("Cannot connect: options must be an object");
    const credentials = credentialsSource(options);
    if (!isUrl && target.transport) {
      if (options.tls) throw new TypeError("Cannot connect: options.tls goes with a URL, a transport has its own");
      const { transport } = target;
      return openLedger({ open: () => ({ transport, close: () => undefined }), sha256 }, credentials, options);
    }
    if (!isUrl && "url" in target) throw new TypeError("Cannot connect: the URL is the first argument, not an option");
    const address = endpoint(isUrl ? String(target) : undefined, {
      defaultUrl: "http://localhost:3322",
      sendsCredentials: true,
      allowPlaintext: options.allowPlaintext,
    });
    if (options.tls && !address.startsWith("https:")) {
      throw new TypeError(`Cannot connect: options.tls wants an https URL, got ${address}`);
    }
    const open = () => openTransport(address, options.tls);
    return openLedger({ open, address, sha256 }, credentials, options);
  };
}

function credentialsSource({ username, password, credentials }: LedgerOptions): CredentialsSource | undefined {
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
