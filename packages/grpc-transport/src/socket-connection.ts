import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type ConnectionOptions, Http2Connection } from "./http2/connection.js";
import type { ProtocolError } from "./http2/protocol-error.js";
import type { Http2Stream } from "./http2/stream.js";
import { Liveness, type LivenessOptions } from "./liveness.js";
import { openSocket, type SocketAddress } from "./open-socket.js";
import { startTimer } from "./start-timer.js";

export interface SocketOptions extends LivenessOptions, SocketAddress {
  readonly http2: ConnectionOptions;
  /** For TCP, TLS and the server's first SETTINGS together. */
  readonly connectTimeoutMs: number;
  readonly idleConnectionTimeoutMs: number;
}

/** What a connection tells its session; each but `ready` comes at most once. */
export interface SocketEvents {
  ready(): void;
  /** Takes no new streams any more. */
  draining(debugText: string): void;
  /** Gone: its streams have failed, except those it never got. */
  closed(reason: string, cause: unknown): void;
}

/** A broken or finished connection gets this long to write its last words. */
const GOODBYE_MS = 1000;
/** Up to here the pieces of a write are joined: one small write costs less than several pieces. */
const JOIN_BELOW_BYTES = 65_536;

/** An HTTP/2 connection on a socket of its own. Holds the process only while it has something to do. */
export class SocketConnection {
  readonly #http2: Http2Connection;
  readonly #socket: Socket;
  readonly #options: SocketOptions;
  readonly #events: SocketEvents;
  readonly #liveness: Liveness;
  #ready = false;
  #closed = false;
  #ending = false;
  #drainingTold = false;
  #failure: unknown;
  #connectTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #flushScheduled = false;

  constructor(options: SocketOptions, events: SocketEvents) {
    this.#options = options;
    this.#events = events;
    this.#http2 = new Http2Connection(options.http2, {
      output: () => this.#scheduleFlush(),
      draining: (debugText) => this.#tellDraining(debugText),
      idle: () => this.#onIdle(),
      broken: (error) => this.#onBroken(error),
    });
    this.#liveness = new Liveness(options, {
      isBusy: () => this.#http2.streamCount > 0,
      ping: (onAnswer) => this.#http2.ping(onAnswer),
      dead: (reason) => this.destroy(reason),
    });
    this.#socket = openSocket(options, (bytes) => {
      this.#liveness.heard();
      this.#http2.receive(bytes);
      if (this.#connectTimer && this.#http2.greeted) this.#stopConnectTimer();
    });
    this.#listen(this.#socket);
    // Not what holds the process: while a call waits, the socket does.
    this.#connectTimer = startTimer(() => this.#onConnectTimeout(), options.connectTimeoutMs)?.unref();
  }

  /** Connected, and open for new streams. */
  get usable(): boolean {
    return this.#ready && !this.#closed && !this.#ending && this.#http2.usable;
  }

  /** Idle for so long that the peer may have vanished unnoticed. */
  get isStale(): boolean {
    return this.#http2.streamCount === 0 && this.#liveness.isStale;
  }

  add(stream: Http2Stream): void {
    clearTimeout(this.#idleTimer);
    this.ref();
    this.#http2.add(stream);
    this.#liveness.watch();
  }

  /** Gives up the streams that were not opened. */
  takeQueue(): Http2Stream[] {
    return this.#http2.takeQueue();
  }

  /** Asks the server for a sign of life; the connection dies if none comes in time. */
  verify(onAnswer: () => void): void {
    this.ref();
    this.#liveness.verify(() => {
      if (this.#http2.streamCount === 0) this.#onIdle();
      onAnswer();
    });
  }

  /** Nobody waits for it to be made or verified any more: it does not hold the process. */
  unref(): void {
    if (this.#http2.streamCount > 0) return;
    // A socket that is connecting holds the process whatever one says to it.
    if (this.#socket.connecting) this.destroy(`Nobody waits for ${this.#options.url.host} any more`);
    else this.#socket.unref();
  }

  ref(): void {
    // Between a socket's end and its "close", ref() would add a listener that waits for a connection, each time.
    if (!this.#socket.destroyed) this.#socket.ref();
  }

  destroy(reason: string): void {
    this.#onClosed(reason, this.#failure);
    this.#socket.destroy();
  }

  #onConnectTimeout(): void {
    const { url, connectTimeoutMs } = this.#options;
    const missing = this.#ready ? "no SETTINGS came" : "no connection was made";
    this.destroy(`Cannot connect to ${url.host}: ${missing} within ${connectTimeoutMs} ms`);
  }

  #stopConnectTimer(): void {
    clearTimeout(this.#connectTimer);
    this.#connectTimer = undefined;
  }

  #listen(socket: Socket): void {
    const { url } = this.#options;
    const secure = url.protocol === "https:";
    socket.once(secure ? "secureConnect" : "connect", () => {
      if (secure && (socket as TLSSocket).alpnProtocol !== "h2") {
        this.destroy(`${url.host} does not offer HTTP/2: ALPN did not agree on h2`);
        return;
      }
      this.#ready = true;
      this.#liveness.heard();
      this.#scheduleFlush();
      this.#events.ready();
      if (this.#http2.streamCount === 0) this.#onIdle();
    });
    socket.on("drain", () => {
      this.#http2.resume();
      this.#flush();
    });
    socket.on("error", (error) => {
      this.#failure = error;
    });
    // The peer says nothing more. Node would wait until our writes are through, and that peer may not take them.
    socket.on("end", () => {
      if (this.#ready && !this.#ending) this.destroy(`${url.host} closed the connection`);
    });
    socket.on("close", () => {
      const reason = this.#ready ? `The connection to ${url.host} was lost` : `Cannot connect to ${url.host}`;
      const detail = this.#failure instanceof Error ? `: ${errorText(this.#failure)}` : "";
      this.#onClosed(reason + detail, this.#failure);
    });
  }

  /**
   * Writes at the end of this turn: after everything that now waits in the microtask queue, so that the frames of calls
   * that were started by the results of others go along. A tick from a microtask comes when that queue is empty.
   */
  #scheduleFlush(): void {
    if (this.#flushScheduled || !this.#ready) return;
    this.#flushScheduled = true;
    queueMicrotask(() => process.nextTick(() => this.#flush()));
  }

  #flush(): void {
    this.#flushScheduled = false;
    if (this.#socket.destroyed || !this.#socket.writable) return;
    // What a server does not read stays where it is counted; "drain" comes back here.
    if (this.#socket.writableNeedDrain) return;
    const parts = this.#http2.takeOutput();
    if (parts.length === 0) return;
    if (this.#write(parts)) this.#http2.resume();
    else this.#http2.pause();
  }

  #write(parts: readonly Uint8Array[]): boolean {
    const [first, ...others] = parts;
    if (first === undefined) return true;
    if (others.length === 0) return this.#socket.write(first);
    if (parts.reduce((sum, part) => sum + part.length, 0) < JOIN_BELOW_BYTES) {
      return this.#socket.write(Buffer.concat(parts));
    }
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
    return !this.#socket.writableNeedDrain;
  }

  #onIdle(): void {
    if (this.#closed || !this.#ready) return;
    if (!this.#http2.usable) {
      this.#end();
      return;
    }
    this.#socket.unref();
    clearTimeout(this.#idleTimer);
    this.#idleTimer = startTimer(() => this.#end(), this.#options.idleConnectionTimeoutMs)?.unref();
  }

  #onBroken(error: ProtocolError): void {
    this.#failure = error;
    this.#leave();
    this.#tellDraining("");
    this.#onClosed(error.message, error);
  }

  /** Says goodbye and closes; nothing runs on the connection any more. */
  #end(): void {
    if (this.#ending || this.#closed) return;
    this.#http2.goAway();
    this.#leave();
    this.#tellDraining("");
  }

  /** A server may send GOAWAY as often as it likes. */
  #tellDraining(debugText: string): void {
    if (this.#drainingTold) return;
    this.#drainingTold = true;
    this.#events.draining(debugText);
  }

  #leave(): void {
    this.#ending = true;
    this.#stopConnectTimer();
    clearTimeout(this.#idleTimer);
    this.#liveness.stop();
    this.#flush();
    this.#socket.end();
    this.#socket.unref();
    setTimeout(() => this.#socket.destroy(), GOODBYE_MS).unref();
  }

  #onClosed(reason: string, cause: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopConnectTimer();
    clearTimeout(this.#idleTimer);
    this.#liveness.stop();
    this.#http2.end(reason, cause);
    this.#events.closed(reason, cause);
  }
}

/** An AggregateError of several addresses has no message of its own. */
function errorText(error: Error): string {
  if (error.message !== "" || !(error instanceof AggregateError)) return error.message;
  return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join(", ");
}
