import { parseArgs } from "node:util";
import type { KvServiceOptions } from "./kv/kv-options.js";
import type { ShelfOptions, ShelfServerOptions } from "./shelf/shelf-options.js";

/** What the command line asks for. */
export type Command =
  | {
      readonly kind: "serve";
      readonly host: string;
      readonly port: number;
      readonly json: boolean;
      /** Checked as far as its form goes. */
      readonly kv: KvServiceOptions;
      /** Checked likewise. */
      readonly shelf: ShelfOptions;
    }
  | { readonly kind: "help" }
  | { readonly kind: "mistake"; readonly message: string };

export const helpText = `Usage: pumice-reference-server [options]

Runs in-memory servers until they are stopped by SIGINT or SIGTERM: a ScoriaDB, a UmaDB and an immudb, with gRPC,
gRPC-Web and Connect on one plaintext port, and a ShelfDB of each generation of its protocol. Nothing is stored.

  --port <number>     port to listen on, 0 takes a free one (default: 50051)
  --host <address>    address to listen on (default: 127.0.0.1)
  --token-lifetime-ms <number>
                      how long a token is good for (default: 86400000, a day)
  --transaction-timeout-ms <number>
                      when an abandoned transaction ends (default: 60000)
  --faults <json>     what goes wrong by chance, for instance
                      '{"seed":7,"rates":{"dropAnswer":0.1},"rpcs":["Put"]}'
  --shelf-v2 <address>, --shelf-v3 <address>
                      where the ShelfDB of that generation listens: a port, 0 takes a free one, or the
                      absolute path of a unix socket (default: 0)
  --shelf-v2-faults <json>, --shelf-v3-faults <json>
                      as --faults, for instance '{"rates":{"cutAnswer":0.1},"rpcs":["put"]}'
  --json              print one line of JSON on stdout when ready, everything else on stderr
  --help              print this text
`;

/** Reads the command line; a wrong option is a mistake with a text that says what would be right. */
export function parseCommandLine(args: readonly string[]): Command {
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions(args);
  } catch (error) {
    return { kind: "mistake", message: error instanceof Error ? error.message : String(error) };
  }
  const { host, port, json, help } = options;
  if (help) return { kind: "help" };
  if (host === "") return { kind: "mistake", message: "--host must be an address or a host name" };
  try {
    const shelf = { v2: shelfOptions("shelf-v2", options), v3: shelfOptions("shelf-v3", options) };
    return { kind: "serve", host, port: portNumber("port", port), json, kv: kvOptions(options), shelf };
  } catch (error) {
    return { kind: "mistake", message: error instanceof Error ? error.message : String(error) };
  }
}

function kvOptions(options: ReturnType<typeof parseOptions>): KvServiceOptions {
  return {
    tokenLifetimeMs: milliseconds("token-lifetime-ms", options["token-lifetime-ms"]),
    transactionTimeoutMs: milliseconds("transaction-timeout-ms", options["transaction-timeout-ms"]),
    faults: jsonObject("faults", options.faults),
  };
}

function shelfOptions(name: "shelf-v2" | "shelf-v3", options: ReturnType<typeof parseOptions>): ShelfServerOptions {
  const faults = jsonObject(`${name}-faults`, options[`${name}-faults`]);
  const address = options[name];
  if (address.startsWith("/")) return { socketPath: address, faults };
  return { port: portNumber(name, address, "a whole number from 0 to 65535, or an absolute path"), faults };
}

function portNumber(name: string, text: string, wanted = "a whole number from 0 to 65535"): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new RangeError(`--${name} must be ${wanted}, got '${text}'`);
}

function milliseconds(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,12}$/.test(text)) return Number(text);
  throw new RangeError(`--${name} must be a whole number above 0, got '${text}'`);
}

function jsonObject(name: string, text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // said below
  }
  throw new TypeError(`--${name} must be an object in JSON, got '${text}'`);
}

function parseOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "50051" },
      "token-lifetime-ms": { type: "string" },
      "transaction-timeout-ms": { type: "string" },
      faults: { type: "string" },
      "shelf-v2": { type: "string", default: "0" },
      "shelf-v2-faults": { type: "string" },
      "shelf-v3": { type: "string", default: "0" },
      "shelf-v3-faults": { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;
}
