import { ErrorCode } from "./error-code.js";
import type { ReceiveWindow, SendWindow } from "./flow-control.js";
import type { HeaderBlock } from "./header-block.js";

/** Why a stream ended before its response did. */
export interface StreamFailure {
  /** Who ended it: the server by RST_STREAM, we because the response was invalid, or the end of the connection. */
  readonly by: "server" | "client" | "connection";
  /** One of `ErrorCode`, or whatever number the server sent. */
  readonly errorCode: number;
  readonly message: string;
  /** The server has certainly not processed the request. */
  readonly neverSent: boolean;
  readonly cause?: unknown;
}

/** What a stream tells its owner. Each ends with exactly one `last`, `trailers` or `failed`, unless it is cancelled. */
export interface StreamEvents {
  /** The header block of the request, asked for when the stream gets its turn. */
  requestHeaders(): Uint8Array;
  headers(block: HeaderBlock, last: boolean): void;
  /** Whoever takes the bytes gives them back by `stream.release()`, else the server may send no more. */
  data(bytes: Uint8Array, last: boolean): void;
  trailers(block: HeaderBlock): void;
  failed(failure: StreamFailure): void;
  /** Everything given to `send()` was written: more is welcome. */
  drained(): void;
}

/** The connection, as a stream sees it. */
export interface StreamHost {
  sendData(stream: Http2Stream): void;
  cancelStream(stream: Http2Stream, errorCode: number): void;
  releaseData(stream: Http2Stream, bytes: number): void;
}

/** The connection's own notes about a stream that is open. */
export interface OpenStream {
  readonly id: number;
  readonly sendWindow: SendWindow;
  readonly receiveWindow: ReceiveWindow;
  /** END_STREAM was sent. */
  localEnded: boolean;
  headersSeen: boolean;
  /** What the response says of its length; -1 if nothing. */
  contentLength: number;
  bodyBytes: number;
}

/**
 * One request and its response (RFC 9113 section 5.1).
 *
 * It exists before any connection takes it: data sent meanwhile waits in it, and it can be cancelled at any time.
 */
export class Http2Stream {
  readonly events: StreamEvents;
  /** The connection that has it, queued or open. */
  host: StreamHost | undefined;
  /** Set while it is open on the wire. */
  open: OpenStream | undefined;
  closed: boolean = false;

  /** Data that has not been written yet; the first piece from `sentOfFirst` on. */
  readonly outgoing: Uint8Array[] = [];
  sentOfFirst: number = 0;
  /** No more data will come after `outgoing`. */
  complete: boolean = false;

  constructor(events: StreamEvents) {
    this.events = events;
  }

  /** Sends data as flow control permits; `events.drained()` follows unless it was the last. Ignored once closed. */
  send(bytes: Uint8Array, last: boolean): void {
    if (this.closed || this.complete) return;
    if (bytes.length > 0) this.outgoing.push(bytes);
    this.complete = last;
    if (this.open) this.host?.sendData(this);
  }

  /** Ends the stream without further events; the server is told. */
  cancel(errorCode: number = ErrorCode.Cancel): void {
    if (this.closed) return;
    if (this.host) this.host.cancelStream(this, errorCode);
    this.closed = true;
  }

  /** Lets the server send this many more bytes. */
  release(bytes: number): void {
    if (this.open && bytes > 0) this.host?.releaseData(this, bytes);
  }
}
