import { parseArgs } from "node:util";
import type { KvServiceOptions } from "./kv/kv-options.js";

/** What the command line asks for. */
export type Command =
  | {
      readonly kind: "serve";
      readonly host: string;
      readonly port: number;
      readonly json: boolean;
      /** Checked as far as its form goes. */
      readonly kv: KvServiceOptions;
    }
  | { readonly kind: "help" }
  | { readonly kind: "mistake"; readonly message: string };

export const helpText = `Usage: pumice-reference-server [options]

Runs an in-memory ScoriaDB and an in-memory immudb until it is stopped by SIGINT or SIGTERM: gRPC, gRPC-Web
and Connect on one plaintext port. Nothing is stored.

  --port <number>     port to listen on, 0 takes a free one (default: 50051)
  --host <address>    address to listen on (default: 127.0.0.1)
  --token-lifetime-ms <number>
                      how long a token is good for (default: 86400000, a day)
  --transaction-timeout-ms <number>
                      when an abandoned transaction ends (default: 60000)
  --faults <json>     what goes wrong by chance, for instance
                      '{"seed":7,"rates":{"dropAnswer":0.1},"rpcs":["Put"]}'
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
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return { kind: "mistake", message: `--port must be a whole number from 0 to 65535, got '${port}'` };
  }
  try {
    return { kind: "serve", host, port: Number(port), json, kv: kvOptions(options) };
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
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;
}
