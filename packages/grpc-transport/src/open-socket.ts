import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions as TlsOptions } from "node:tls";

export interface SocketAddress {
  /** Where to connect: scheme, host and port count. */
  readonly url: URL;
  readonly tls: TlsOptions | undefined;
}

const READ_BYTES = 65_536;

/**
 * Connects by TCP, and TLS for `https:`.
 *
 * All reads go through one buffer: by itself, a socket allocates 64 KiB for each, however little it reads. What was read
 * is copied out, as messages stay views of it.
 */
export function openSocket({ url, tls }: SocketAddress, onBytes: (bytes: Uint8Array) => void): Socket {
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback(length: number, buffer: Uint8Array) {
      const bytes = Buffer.allocUnsafe(length);
      bytes.set(buffer.subarray(0, length));
      onBytes(bytes);
      return true;
    },
  };
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1"); // an IPv6 address has brackets in a URL
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  if (!secure) return connectTcp({ host, port, noDelay: true, onread });
  const servername = isIP(host) ? "" : host; // RFC 6066 section 3 allows names only
  const options = { host, port, servername, ...tls, ALPNProtocols: ["h2"], onread };
  return connectTls(options).setNoDelay(true);
}
