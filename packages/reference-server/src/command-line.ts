import { parseArgs } from "node:util";

/** What the command line asks for. */
export type Command =
  | { readonly kind: "serve"; readonly host: string; readonly port: number; readonly json: boolean }
  | { readonly kind: "help" }
  | { readonly kind: "mistake"; readonly message: string };

export const helpText = `Usage: pumice-reference-server [options]

Runs an in-memory ScoriaDB and an in-memory UmaDB until it is stopped by SIGINT or SIGTERM: gRPC, gRPC-Web
and Connect on one plaintext port. Nothing is stored.

  --port <number>  port to listen on, 0 takes a free one (default: 50051)
  --host <address> address to listen on (default: 127.0.0.1)
  --json           print one line of JSON on stdout when ready, everything else on stderr
  --help           print this text
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
  return { kind: "serve", host, port: Number(port), json };
}

function parseOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "50051" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;
}
