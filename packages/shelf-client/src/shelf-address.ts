/** Where a ShelfDB listens. */
export type ShelfAddress =
  | { readonly host: string; readonly port: number; readonly text: string }
  | { readonly path: string; readonly text: string };

export interface ShelfAddressOptions {
  /** The port of a host that comes without one. */
  readonly defaultPort: number;
  /** Allows a host other than this machine. */
  readonly allowRemote: boolean;
}

/**
 * The address that a caller means: `tcp://host:port`, `unix:///absolute/path`, or a bare `host:port`.
 *
 * @throws TypeError if it is something else, or another machine without `allowRemote`.
 */
export function shelfAddress(target: string | URL, { defaultPort, allowRemote }: ShelfAddressOptions): ShelfAddress {
  const text = String(target);
  if (/^unix:/i.test(text)) {
    const path = /^unix:\/\/(\/[^?#\0]+)$/i.exec(text)?.[1];
    if (path === undefined) throw new TypeError(`Cannot connect to ${text}: a socket's URL is unix:///absolute/path`);
    return { path: decodeURI(path), text };
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
  const number = port === "" ? defaultPort : Number(port);
  return { host, port: number, text: `tcp://${hostname}:${number}` };
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
