import type { Http2Stream, StreamHost } from "./http2/stream.js";
import { SocketConnection, type SocketOptions } from "./socket-connection.js";

/** What a server says of a client that pings too often, as the debug text of GOAWAY. */
const TOO_MANY_PINGS = "too_many_pings";
/** It makes us ping half as often, but not more rarely than this. */
const LONGEST_PING_INTERVAL_MS = 3_600_000;

/**
 * One connection at a time, made when a call needs it and replaced when it goes away.
 *
 * Streams wait here while it is being made or verified. A failed attempt fails those that waited for it; the next call
 * tries again.
 */
export class Session implements StreamHost {
  readonly #options: SocketOptions;
  readonly #waiting: Set<Http2Stream> = new Set();
  /** Connections that finish their streams, the current one included. */
  readonly #connections: Set<SocketConnection> = new Set();
  #current: SocketConnection | undefined;
  #verifying = false;
  #pingIntervalMs: number;
  #closed = false;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#pingIntervalMs = options.pingIntervalMs;
  }

  /** Opens the stream as soon as there is a connection. */
  start(stream: Http2Stream): void {
    const current = this.#current;
    if (this.#closed) {
      this.#failStream(stream, "The transport is closed", undefined);
    } else if (current?.usable && !this.#verifying && !current.isStale) {
      current.add(stream);
    } else {
      stream.host = this;
      this.#waiting.add(stream);
      this.#prepare();
    }
  }

  /** Ends all connections; running calls fail. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#connections) connection.destroy("The transport was closed");
    this.#failWaiting("The transport was closed", undefined);
  }

  cancelStream(stream: Http2Stream): void {
    this.#waiting.delete(stream);
    if (this.#waiting.size === 0) this.#current?.unref();
  }

  /** A waiting stream keeps its data itself. */
  sendData(): void {
    // nothing can be written yet
  }

  /** Nothing was received yet. */
  releaseData(): void {
    // no window exists yet
  }

  #prepare(): void {
    const current = this.#current;
    if (!current) {
      this.#connect();
    } else if (!current.usable || this.#verifying) {
      current.ref(); // under way
    } else {
      this.#verifying = true;
      current.verify(() => {
        this.#verifying = false;
        this.#dispatch();
      });
    }
  }

  #connect(): void {
    const connection = new SocketConnection(
      { ...this.#options, pingIntervalMs: this.#pingIntervalMs },
      {
        ready: () => this.#dispatch(),
        draining: (debugText) => this.#replace(connection, debugText),
        closed: (reason, cause) => this.#onClosed(connection, reason, cause),
      },
    );
    this.#current = connection;
    this.#connections.add(connection);
  }

  /** Gives the waiting streams to the connection; what it does not take goes to the next one. */
  #dispatch(): void {
    for (const stream of this.#waiting) {
      if (!this.#current?.usable) {
        this.#prepare();
        return;
      }
      this.#waiting.delete(stream);
      this.#current.add(stream);
    }
  }

  /** The connection takes no more streams: those it has not opened need another one. */
  #replace(connection: SocketConnection, debugText: string): void {
    if (debugText === TOO_MANY_PINGS) this.#pingLessOften();
    if (this.#current === connection) {
      this.#current = undefined;
      this.#verifying = false;
    }
    for (const stream of connection.takeQueue()) this.start(stream);
    if (this.#waiting.size > 0 && !this.#current) this.#prepare();
  }

  #pingLessOften(): void {
    const longest = Math.max(LONGEST_PING_INTERVAL_MS, this.#options.pingIntervalMs);
    this.#pingIntervalMs = Math.min(this.#pingIntervalMs * 2, longest);
  }

  #onClosed(connection: SocketConnection, reason: string, cause: unknown): void {
    this.#connections.delete(connection);
    if (this.#current !== connection) return;
    this.#current = undefined;
    const wasVerifying = this.#verifying;
    this.#verifying = false;
    if (wasVerifying && this.#waiting.size > 0 && !this.#closed) this.#prepare();
    else this.#failWaiting(reason, cause);
  }

  #failWaiting(reason: string, cause: unknown): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const stream of waiting) this.#failStream(stream, reason, cause);
  }

  #failStream(stream: Http2Stream, message: string, cause: unknown): void {
    stream.closed = true;
    stream.events.failed({ by: "connection", errorCode: 0, message, neverSent: true, cause });
  }
}
