import type { FaultOptions } from "../faults/fault-rates.js";
import type { Faults } from "../faults/faults.js";

export interface ShelfOptions {
  /** The server of the second generation: one request a connection. */
  readonly v2?: ShelfServerOptions | undefined;
  /** The server of the third generation: sessions of framed commands. */
  readonly v3?: ShelfServerOptions | undefined;
}

export interface ShelfServerOptions {
  /** 0 takes a free port. @defaultValue 0 */
  readonly port?: number | undefined;
  /** Listens on a unix socket with this absolute path instead of TCP; a file that an ended server left is replaced. */
  readonly socketPath?: string | undefined;
  /** Bytes of a request that are read at most; the real servers have no such limit. @defaultValue 67108864, 64 MiB */
  readonly maxRequestBytes?: number | undefined;
  /**
   * What goes wrong by chance; `faults.next()` gives faults to single requests. `rpcs` are `query` and `transaction` in
   * the second generation, the commands (`begin`, `put`, `get`, `query`, `commit`, `rollback`) in the third. The faults
   * are `dropRequest`, `dropAnswer`, `delay`, `cutAnswer`, and in the second generation `holdRequest`.
   *
   * @defaultValue nothing
   */
  readonly faults?: FaultOptions | undefined;
}

/** A running shelf server, with a database of its own that is empty at first. */
export interface ShelfServer {
  /** `tcp://host:port` or `unix:///path`. */
  readonly url: string;
  /** What goes wrong on purpose. */
  readonly faults: ShelfFaults;
}

/** As {@link Faults}, without tokens. */
export type ShelfFaults = Omit<Faults, "expireTokens">;

/** The options with nothing left out. */
export interface ShelfServerSettings {
  readonly port: number;
  readonly socketPath: string | undefined;
  readonly maxRequestBytes: number;
  readonly faults: FaultOptions;
}

/**
 * @param name - Begins the messages, for instance `shelf.v2`.
 * @throws TypeError or RangeError if an option cannot work.
 */
export function shelfServerSettings(name: string, options: ShelfServerOptions = {}): ShelfServerSettings {
  const { port = 0, socketPath, maxRequestBytes = 1 << 26, faults = {} } = options;
  if (socketPath !== undefined && !socketPath.startsWith("/")) {
    throw new TypeError(`${name}.socketPath must be an absolute path, got ${JSON.stringify(socketPath)}`);
  }
  if (!Number.isSafeInteger(maxRequestBytes) || maxRequestBytes < 1) {
    throw new RangeError(`${name}.maxRequestBytes must be a whole number >= 1, got ${maxRequestBytes}`);
  }
  return { port, socketPath, maxRequestBytes, faults };
}
