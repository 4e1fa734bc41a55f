import { createClient, type Transport } from "@connectrpc/connect";
import { callInterceptors, checkText, clientCalls, endpoint, toBytes, withInterceptors } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { kvEntry } from "./entry.js";
import { kvError } from "./errors.js";
import type { FamilyOptions, KvClient, KvOptions } from "./kv-client.js";
import { scan } from "./scan.js";
import { kvSession } from "./session.js";

/** A transport that the client opened, and how it is closed. */
export interface OpenTransport {
  readonly transport: Transport;
  close(): void;
}

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
   * @example
   * await using kv = connectKv("http://127.0.0.1:50051", { username: "admin", password: "admin" });
   */
  (url: string | URL, options: KvOptions): KvClient;
  /** Makes a client over a transport, or without one for `http://localhost:50051`. */
  (options: KvTransportOptions): KvClient;
}

/** `connectKv` for one platform. */
export function connectKvWith(openTransport: (baseUrl: string) => OpenTransport): ConnectKv {
  return (target: string | URL | KvTransportOptions, urlOptions?: KvOptions): KvClient => {
    const isUrl = typeof target === "string" || target instanceof URL;
    const options = checkOptions(isUrl ? urlOptions : target);
    if (!isUrl && target.transport) return kvClient({ transport: target.transport, close: () => undefined }, options);
    if (!isUrl && "url" in target) throw new TypeError("Cannot connect: the URL is the first argument, not an option");
    const url = endpoint(isUrl ? String(target) : undefined, {
      defaultUrl: "http://localhost:50051",
      sendsCredentials: true,
      allowPlaintext: options.allowPlaintext,
    });
    return kvClient(openTransport(url), options);
  };
}

function checkOptions(options: KvOptions | undefined): KvOptions {
  for (const name of ["username", "password"] as const) {
    if (!options?.[name]) throw new TypeError(`Cannot connect: options.${name} must be a string that is not empty`);
    checkText(options[name], `options.${name}`);
  }
  return options as KvOptions;
}

function kvClient({ transport, close }: OpenTransport, options: KvOptions): KvClient {
  const calls = clientCalls(kvError);
  const tokens = kvSession(withInterceptors(transport, callInterceptors({})), calls, options);
  const stub = createClient(ScoriaDB, withInterceptors(transport, callInterceptors({ tokens })));
  const { get, put, delete: remove } = ScoriaDB.method;

  const client: KvClient = {
    async get(key, options = {}) {
      const request = { key: toBytes(key, "key"), cfName: familyName(options) };
      const { found, value } = await calls.unary(get, options, (call) => stub.get(request, call));
      return found ? kvEntry(request.key, value) : undefined;
    },
    async put(key, value, options = {}) {
      const request = { key: toBytes(key, "key"), value: toBytes(value, "value"), cfName: familyName(options) };
      const { commitTs } = await calls.unary(put, options, (call) => stub.put(request, call));
      return { commitTimestamp: commitTs };
    },
    async delete(key, options = {}) {
      const request = { key: toBytes(key, "key"), cfName: familyName(options) };
      const { commitTs } = await calls.unary(remove, options, (call) => stub.delete(request, call));
      return { commitTimestamp: commitTs };
    },
    scan(prefix = "", options = {}) {
      return scan(stub, calls, { prefix: toBytes(prefix, "prefix"), cfName: familyName(options) }, options);
    },
    async close(closing) {
      await calls.close(closing);
      close();
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
  return client;
}

/** The protocol's name of the default family is the empty string. */
function familyName({ family }: FamilyOptions): string {
  if (family === "") throw new TypeError("Cannot use a family whose name is empty");
  return family === undefined ? "" : checkText(family, "family");
}
