import type { Protocol } from "./query-types.js";

/** Where a ShelfDB listens. */
export type ShelfAddress =
  | { readonly host: string; readonly port: number; readonly text: string }
  | { readonly path: string; readonly text: string };

export interface ShelfAddressOptions {
  /** Says which port is meant where none is given; the third generation's under "auto". */
  readonly protocol: Protocol | "auto";
  /** Allows a host other than this machine. */
  readonly allowRemote: boolean;
}

/**
 * The address that a caller means: `tcp://host:port`, `unix:///absolute/path`, or a bare `host:port`.
 *
 * @throws TypeError if it is something else, or another machine without `allowRemote`.
 */
export function shelfAddress(target: string | URL, { protocol, allowRemote }: ShelfAddressOptions): ShelfAddress {
  const text = String(target);
  if (/^unix:/i.test(text)) {
    const path = decoded(/^unix:\/\/(\/[^?#]+)$/i.exec(text)?.[1]);
    if (!path || path.includes("\0")) {
      throw new TypeError(`Cannot connect to ${text}: a socket's URL is unix:///absolute/path`);
    }
    return { path, text };
  }
  const { hostname, port, pathname, search, hash, username } = parseTcp(text);
  if (username || search || hash || (pathname !== "" && pathname !== "/")) {
    throw new TypeError(`Cannot connect to ${hostname}: its URL has more than tcp://host:port`);
  }
  if (!allowRemote && !isLoopback(hostname)) {
    throw new TypeError(
      `Cannot connect to ${hostname}: whoever reaches a ShelfDB can run code on it, and nothing is encrypted; ` +
        "use this machine, a unix socket, or allowRemote: true",
    );
  }
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const number = port === "" ? (protocol === 2 ? 17_000 : 31_337) : Number(port);
  return { host, port: number, text: `tcp://${hostname}:${number}` };
}

/** What percent signs stand for; undefined if they stand for nothing. */
function decoded(path: string | undefined): string | undefined {
  try {
    return path && decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function parseTcp(text: string): URL {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `tcp://${text}`;
  if (!/^tcp:/i.test(url) || !URL.canParse(url) || new URL(url).hostname === "") {
    throw new TypeError("Cannot connect: the URL must be tcp://host:port or unix:///path, like tcp://127.0.0.1:31337");
  }
  return new URL(url);
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}
