// Past 300 lines: every frame type has its handler here, in the order of RFC 9113 section 6, so that one file can be
// read beside it. What needs state of its own (headers, sending, windows, limits, pings, resets) lives next door; what
// is left shares one state: which streams there are, and whether the connection goes on.
import { DataSender } from "./data-sender.js";
import { ErrorCode, errorCodeName } from "./error-code.js";
import { ReceiveWindow, SendWindow } from "./flow-control.js";
import { FrameReader } from "./frame-reader.js";
import {
  connectionPreface,
  encodeFrame,
  encodeGoaway,
  encodeRstStream,
  encodeWindowUpdate,
  Flag,
  FrameType,
  readUint31,
  readUint32,
} from "./frames.js";
import { HeaderReceiver, type ReceivedHeaders } from "./header-receiver.js";
import { HeaderWriter } from "./header-writer.js";
import { defaultLimits, FloodGuard, type Limits } from "./limits.js";
import { OutputBuffer } from "./output-buffer.js";
import { PendingPings, pingBytes } from "./pending-pings.js";
import { ProtocolError } from "./protocol-error.js";
import { ResetMemory } from "./reset-memory.js";
import { hasWrongLength, headerProblem, trailerProblem, withoutPadding } from "./response-checks.js";
import { defaultWindowSize, encodeSettings, parseSettings, SettingId } from "./settings.js";
import type { Http2Stream, OpenStream, StreamFailure, StreamHost } from "./stream.js";

export interface ConnectionOptions {
  /** What a stream may send ahead of its reader, in bytes. @defaultValue 524288 */
  readonly streamWindowBytes?: number | undefined;
  /** What all streams together may have under way, in bytes; at least 65535. @defaultValue 8388608 */
  readonly connectionWindowBytes?: number | undefined;
  /** Bytes of a header value that are kept. @defaultValue 65536 */
  readonly maxHeaderValueBytes?: number | undefined;
  readonly limits?: Limits | undefined;
  /** A clock in milliseconds. @defaultValue performance.now */
  readonly now?: (() => number) | undefined;
  /** The id of the first stream, odd. @defaultValue 1 */
  readonly firstStreamId?: number | undefined;
}

/** What a connection tells the socket side. */
export interface ConnectionEvents {
  /** There is output; told once until it is taken. */
  output(): void;
  /** No new streams any more: GOAWAY came or the ids are used up. Open ones go on. */
  draining(debugText: string): void;
  /** The last stream ended. */
  idle(): void;
  /** We ended the connection because the server broke the protocol; what is left of the output says so. */
  broken(error: ProtocolError): void;
}

const HIGHEST_STREAM_ID = 0x7fffffff;
/** Until the server says how many streams it takes, there is one: a server that takes only one refuses the others. */
const STREAMS_BEFORE_SETTINGS = 1;
const SMALL_FRAGMENT_BYTES = 1024;
/** Answers nobody reads: a peer that lets this much pile up is not listening. */
const MAX_UNREAD_ANSWERS_BYTES = 16_777_216;
const MAX_DEBUG_BYTES = 1024;

/** The client's half of an HTTP/2 connection as a state machine: bytes in, bytes and events out, no I/O and no timer. */
export class Http2Connection implements StreamHost {
  readonly #events: ConnectionEvents;
  readonly #limits: Limits;
  readonly #guard: FloodGuard;
  readonly #frames: FrameReader;
  readonly #headers: HeaderReceiver;
  readonly #output: OutputBuffer = new OutputBuffer();
  readonly #headerWriter: HeaderWriter;
  readonly #sender: DataSender;
  readonly #receiveWindow: ReceiveWindow;
  readonly #streamWindowBytes: number;

  readonly #streams: Map<number, Http2Stream> = new Map();
  readonly #queue: Set<Http2Stream> = new Set();
  readonly #resets: ResetMemory = new ResetMemory();
  #nextStreamId: number;
  #maxStreams = STREAMS_BEFORE_SETTINGS;
  #peerInitialWindow = defaultWindowSize;
  #settingsSeen = false;
  #settingsAcknowledged = false;
  #draining = false;
  #lastProcessedId = HIGHEST_STREAM_ID;
  #closed = false;
  #outputAnnounced = false;
  readonly #pings: PendingPings = new PendingPings();

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    const { streamWindowBytes = 524_288, connectionWindowBytes = 8_388_608 } = options;
    this.#events = events;
    this.#limits = options.limits ?? defaultLimits;
    this.#guard = new FloodGuard(this.#limits, options.now ?? (() => performance.now()));
    this.#frames = new FrameReader((type, flags, id, payload) => this.#onFrame(type, flags, id, payload));
    this.#headers = new HeaderReceiver(this.#limits.maxHeaderBlockBytes, options.maxHeaderValueBytes);
    this.#headerWriter = new HeaderWriter(this.#output);
    this.#sender = new DataSender(this.#output);
    this.#streamWindowBytes = streamWindowBytes;
    this.#nextStreamId = options.firstStreamId ?? 1;

    const connectionWindow = Math.max(defaultWindowSize, connectionWindowBytes);
    this.#receiveWindow = new ReceiveWindow(connectionWindow);
    this.#output.append(connectionPreface);
    this.#output.append(
      encodeSettings([
        [SettingId.EnablePush, 0],
        [SettingId.InitialWindowSize, streamWindowBytes],
      ]),
    );
    if (connectionWindow > defaultWindowSize) {
      this.#output.append(encodeWindowUpdate(0, connectionWindow - defaultWindowSize));
    }
  }

  /** Streams that are open or wait for their turn. */
  get streamCount(): number {
    return this.#streams.size + this.#queue.size;
  }

  /** Whether new streams are welcome. */
  get usable(): boolean {
    return !this.#closed && !this.#draining;
  }

  /** The server has sent its first SETTINGS: it is there, and speaks HTTP/2 (section 3.4). */
  get greeted(): boolean {
    return this.#settingsSeen;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Takes bytes from the server. Whatever they are, it does not throw. */
  receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    try {
      this.#frames.push(chunk);
    } catch (error) {
      this.#break(
        error instanceof ProtocolError
          ? error
          : new ProtocolError("Handling a frame failed", ErrorCode.InternalError, { cause: error }),
      );
    }
    this.#announce();
  }

  /** Hands over the bytes to write. Call again after `resume()`: there may be more. */
  takeOutput(): Uint8Array[] {
    this.#outputAnnounced = false;
    return this.#output.take();
  }

  /** The socket wants no more DATA for now. */
  pause(): void {
    this.#sender.writable = false;
  }

  /** The socket has taken the output: DATA goes on. */
  resume(): void {
    this.#sender.writable = true;
    this.#sender.resume();
    this.#announce();
  }

  /** Opens the stream, or queues it while the server takes no more (RFC 9113 section 5.1.2). */
  add(stream: Http2Stream): void {
    stream.host = this;
    if (this.#queue.size > 0 || this.#streams.size >= this.#maxStreams) this.#queue.add(stream);
    else this.#open(stream);
    this.#announce();
  }

  /** Gives up the streams that have not been opened: another connection may take them. */
  takeQueue(): Http2Stream[] {
    const queued = [...this.#queue];
    this.#queue.clear();
    for (const stream of queued) stream.host = undefined;
    return queued;
  }

  /** Asks for a sign of life (RFC 9113 section 6.7). */
  ping(onAnswer: () => void): void {
    if (this.#closed) return;
    this.#output.append(encodeFrame(FrameType.Ping, 0, 0, this.#pings.begin(onAnswer)));
    this.#announce();
  }

  /** Says goodbye; the caller closes the socket once the output is written. */
  goAway(): void {
    if (this.#closed) return;
    this.#output.append(encodeGoaway(0, ErrorCode.NoError));
    this.#draining = true;
    this.#announce();
  }

  /** The socket is gone or given up: every stream fails. */
  end(message: string, cause?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#frames.stop();
    this.#pings.clear();
    this.#failAll({ by: "connection", errorCode: ErrorCode.NoError, message, neverSent: false, cause });
  }

  sendData(stream: Http2Stream): void {
    this.#sender.send(stream);
    this.#announce();
  }

  cancelStream(stream: Http2Stream, errorCode: number): void {
    if (this.#queue.delete(stream)) {
      stream.closed = true;
      if (this.streamCount === 0) this.#events.idle();
      return;
    }
    const { open } = stream;
    if (!open) return;
    this.#sendReset(open.id, errorCode);
    this.#close(stream, open);
    this.#announce();
  }

  releaseData(stream: Http2Stream, bytes: number): void {
    const { open } = stream;
    if (!open) return;
    const increment = open.receiveWindow.release(bytes);
    if (increment === 0) return;
    this.#output.append(encodeWindowUpdate(open.id, increment));
    this.#announce();
  }

  #onFrame(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    const unfinished = this.#headers.unfinishedStreamId;
    if (unfinished !== 0 && (type !== FrameType.Continuation || streamId !== unfinished)) {
      throw protocolError("A header block is interrupted by another frame");
    }
    switch (type) {
      case FrameType.Data:
        this.#onData(flags, streamId, payload);
        break;
      case FrameType.Headers:
        this.#onHeadersFrame(flags, streamId, payload);
        break;
      case FrameType.Priority:
        this.#onPriority(streamId, payload);
        break;
      case FrameType.RstStream:
        this.#onRstStream(streamId, payload);
        break;
      case FrameType.Settings:
        this.#onSettings(flags, streamId, payload);
        break;
      case FrameType.PushPromise:
        throw protocolError("The server pushes though ENABLE_PUSH is 0"); // section 8.4
      case FrameType.Ping:
        this.#onPing(flags, streamId, payload);
        break;
      case FrameType.Goaway:
        this.#onGoaway(streamId, payload);
        break;
      case FrameType.WindowUpdate:
        this.#onWindowUpdate(streamId, payload);
        break;
      case FrameType.Continuation:
        this.#onContinuation(flags, payload);
        break;
      default:
        this.#countIdle(); // section 5.5: unknown types are ignored
    }
  }

  /** Section 6.1. */
  #onData(flags: number, streamId: number, payload: Uint8Array): void {
    this.#checkOpened(streamId, "DATA");
    const content = (flags & Flag.Padded) === 0 ? payload : withoutPadding(payload);
    // The whole payload counts, even if its stream is gone (section 6.9.1).
    if (!this.#receiveWindow.take(payload.length)) {
      throw new ProtocolError("The server exceeds the connection's window", ErrorCode.FlowControlError);
    }
    const increment = this.#receiveWindow.release(payload.length);
    if (increment > 0) this.#output.append(encodeWindowUpdate(0, increment));

    const last = (flags & Flag.EndStream) !== 0;
    if (content.length === 0 && !last) this.#countIdle();
    else this.#guard.productive();

    const stream = this.#streams.get(streamId);
    const open = stream?.open;
    if (!stream || !open) {
      this.#onLateFrame(streamId);
      return;
    }
    if (!open.receiveWindow.take(payload.length)) {
      this.#fail(stream, open, ErrorCode.FlowControlError, "The server exceeds the stream's window");
      return;
    }
    if (!open.headersSeen) {
      this.#fail(stream, open, ErrorCode.ProtocolError, "DATA comes before HEADERS");
      return;
    }
    open.bodyBytes += content.length;
    if (hasWrongLength(open, last)) {
      this.#fail(stream, open, ErrorCode.ProtocolError, "The body does not have its content-length");
      return;
    }
    if (last) this.#finish(stream, open);
    else stream.release(payload.length - content.length);
    stream.events.data(content, last);
  }

  /** Section 6.2. */
  #onHeadersFrame(flags: number, streamId: number, payload: Uint8Array): void {
    this.#checkOpened(streamId, "HEADERS");
    let fragment = (flags & Flag.Padded) === 0 ? payload : withoutPadding(payload);
    if ((flags & Flag.Priority) !== 0) {
      if (fragment.length < 5) throw new ProtocolError("HEADERS end inside the priority", ErrorCode.FrameSizeError);
      fragment = fragment.subarray(5);
    }
    this.#guard.productive();
    const received = this.#headers.begin(streamId, flags, fragment);
    if (received) this.#onHeaders(received);
  }

  /** Section 6.10. */
  #onContinuation(flags: number, fragment: Uint8Array): void {
    if (this.#headers.unfinishedStreamId === 0) throw protocolError("CONTINUATION comes without HEADERS");
    if (fragment.length < SMALL_FRAGMENT_BYTES && (flags & Flag.EndHeaders) === 0) this.#countIdle();
    const received = this.#headers.continue(flags, fragment);
    if (received) this.#onHeaders(received);
  }

  /** Section 8.1: interim responses, then the response, then trailers that end the stream. */
  #onHeaders({ streamId, endStream, block }: ReceivedHeaders): void {
    const stream = this.#streams.get(streamId);
    const open = stream?.open;
    if (!stream || !open) {
      this.#onLateFrame(streamId);
      return;
    }
    const problem =
      block.malformed ?? (open.headersSeen ? trailerProblem(block, endStream) : headerProblem(block, endStream));
    if (problem !== undefined) {
      this.#fail(stream, open, ErrorCode.ProtocolError, `The response is malformed: ${problem}`);
      return;
    }
    if (!open.headersSeen && block.status < 200) {
      this.#countIdle();
      return;
    }

    const isTrailer = open.headersSeen;
    if (!isTrailer) open.contentLength = block.contentLength;
    open.headersSeen = true;
    if (endStream) {
      if (hasWrongLength(open, true)) {
        this.#fail(stream, open, ErrorCode.ProtocolError, "The body does not have its content-length");
        return;
      }
      this.#finish(stream, open);
    }
    if (isTrailer) stream.events.trailers(block);
    else stream.events.headers(block, endStream);
  }

  /** Section 6.3: deprecated, checked and ignored. */
  #onPriority(streamId: number, payload: Uint8Array): void {
    if (streamId === 0) throw protocolError("PRIORITY names no stream");
    this.#countIdle();
    if (payload.length === 5) return;
    const stream = this.#streams.get(streamId);
    if (stream?.open) this.#fail(stream, stream.open, ErrorCode.FrameSizeError, "PRIORITY has the wrong size");
  }

  /** Section 6.4. */
  #onRstStream(streamId: number, payload: Uint8Array): void {
    this.#checkOpened(streamId, "RST_STREAM");
    if (payload.length !== 4) throw new ProtocolError("RST_STREAM has the wrong size", ErrorCode.FrameSizeError);
    this.#countIdle();
    const stream = this.#streams.get(streamId);
    const open = stream?.open;
    if (!stream || !open) return;
    const errorCode = readUint32(payload, 0);
    this.#close(stream, open);
    stream.events.failed({
      by: "server",
      errorCode,
      message: `The server reset the stream: ${errorCodeName(errorCode)}`,
      neverSent: errorCode === ErrorCode.RefusedStream && !open.headersSeen,
    });
  }

  /** Section 6.5: values take effect at once, and are acknowledged. */
  #onSettings(flags: number, streamId: number, payload: Uint8Array): void {
    if (streamId !== 0) throw protocolError("SETTINGS name a stream");
    if ((flags & Flag.Ack) !== 0) {
      this.#onSettingsAck(payload);
      return;
    }
    this.#countIdle();
    const settings = parseSettings(payload);
    // First the acknowledgement: gRPC's C core counts a larger window only from there, and resets what comes before.
    this.#answer(encodeFrame(FrameType.Settings, Flag.Ack, 0, new Uint8Array(0)));
    if (settings.initialWindowSize !== undefined) this.#changeInitialWindow(settings.initialWindowSize);
    if (settings.headerTableSize !== undefined) this.#headerWriter.tableChanged();
    if (settings.maxConcurrentStreams !== undefined) this.#maxStreams = settings.maxConcurrentStreams;
    else if (!this.#settingsSeen) this.#maxStreams = HIGHEST_STREAM_ID;
    this.#settingsSeen = true;
    this.#openQueued();
    this.#sender.resume();
  }

  #onSettingsAck(payload: Uint8Array): void {
    if (payload.length > 0) throw new ProtocolError("A SETTINGS ACK has content", ErrorCode.FrameSizeError);
    if (!this.#settingsSeen) throw protocolError("The server did not begin with its SETTINGS");
    if (this.#settingsAcknowledged) {
      this.#countIdle();
      return;
    }
    this.#settingsAcknowledged = true;
    const excess = defaultWindowSize - this.#streamWindowBytes;
    if (excess > 0) for (const stream of this.#streams.values()) stream.open?.receiveWindow.shrink(excess);
  }

  /** Section 6.9.2: applies to the streams that are open, too. */
  #changeInitialWindow(size: number): void {
    const difference = size - this.#peerInitialWindow;
    this.#peerInitialWindow = size;
    for (const stream of this.#streams.values()) {
      if (stream.open && !stream.open.sendWindow.grow(difference)) {
        throw new ProtocolError("The initial window overflows a stream's", ErrorCode.FlowControlError);
      }
      this.#sender.send(stream);
    }
  }

  /** Section 6.7. */
  #onPing(flags: number, streamId: number, payload: Uint8Array): void {
    if (streamId !== 0) throw protocolError("PING names a stream");
    if (payload.length !== pingBytes) throw new ProtocolError("PING has the wrong size", ErrorCode.FrameSizeError);
    if ((flags & Flag.Ack) === 0) {
      this.#countIdle();
      this.#answer(encodeFrame(FrameType.Ping, Flag.Ack, 0, payload));
      return;
    }
    const onAnswer = this.#pings.take(payload);
    if (onAnswer) onAnswer();
    else this.#countIdle();
  }

  /** Section 6.8. */
  #onGoaway(streamId: number, payload: Uint8Array): void {
    if (streamId !== 0) throw protocolError("GOAWAY names a stream");
    if (payload.length < 8) throw new ProtocolError("GOAWAY has the wrong size", ErrorCode.FrameSizeError);
    this.#countIdle();
    const lastId = readUint31(payload, 0);
    if (lastId > this.#lastProcessedId) throw protocolError("A second GOAWAY takes back the first");
    this.#lastProcessedId = lastId;
    this.#draining = true;
    const errorCode = readUint32(payload, 4);
    const debugText = Buffer.from(payload.subarray(8, 8 + MAX_DEBUG_BYTES)).toString("utf8");
    // First the replacement, so that the queue is served even if a stream's owner misbehaves.
    this.#events.draining(debugText);
    const reason = debugText === "" ? errorCodeName(errorCode) : `${errorCodeName(errorCode)} (${debugText})`;
    for (const [id, stream] of [...this.#streams]) {
      const { open } = stream;
      if (id <= lastId || !open) continue;
      this.#close(stream, open);
      stream.events.failed({
        by: "server",
        errorCode: ErrorCode.RefusedStream,
        message: `The server goes away without processing the stream: ${reason}`,
        neverSent: !open.headersSeen, // an answer to a stream that was not processed is a lie
      });
    }
    if (this.streamCount === 0) this.#events.idle();
  }

  /** Section 6.9. */
  #onWindowUpdate(streamId: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw new ProtocolError("WINDOW_UPDATE has the wrong size", ErrorCode.FrameSizeError);
    const increment = readUint31(payload, 0);
    if (streamId === 0) {
      if (increment === 0) throw protocolError("WINDOW_UPDATE adds nothing");
      if (!this.#sender.window.grow(increment)) {
        throw new ProtocolError("The connection's window overflows", ErrorCode.FlowControlError);
      }
      this.#sender.resume();
      return;
    }
    this.#checkOpened(streamId, "WINDOW_UPDATE");
    const stream = this.#streams.get(streamId);
    const open = stream?.open;
    if (!stream || !open) {
      this.#countIdle();
      return;
    }
    if (increment === 0) {
      this.#fail(stream, open, ErrorCode.ProtocolError, "WINDOW_UPDATE adds nothing");
      return;
    }
    if (!open.sendWindow.grow(increment)) {
      this.#fail(stream, open, ErrorCode.FlowControlError, "The stream's window overflows");
      return;
    }
    this.#sender.send(stream);
  }

  /** Only streams we opened exist: all others are idle (section 5.1), and a server opens none without a push. */
  #checkOpened(streamId: number, frame: string): void {
    if (streamId === 0) throw protocolError(`${frame} names no stream`);
    if (streamId % 2 === 0 || streamId >= this.#nextStreamId) {
      throw protocolError(`${frame} names stream ${streamId}, which was never opened`);
    }
  }

  /** DATA or HEADERS of a stream that is gone: expected if we reset it, else section 5.1 wants STREAM_CLOSED. */
  #onLateFrame(streamId: number): void {
    this.#countIdle();
    if (this.#resets.mayHave(streamId)) return;
    this.#sendReset(streamId, ErrorCode.StreamClosed);
  }

  #countIdle(): void {
    if (this.#guard.idle()) return;
    throw new ProtocolError("The server floods the connection", ErrorCode.EnhanceYourCalm);
  }

  #answer(frame: Uint8Array): void {
    if (this.#output.length > MAX_UNREAD_ANSWERS_BYTES) {
      throw new ProtocolError("The server does not read the answers to its frames", ErrorCode.EnhanceYourCalm);
    }
    this.#output.append(frame);
  }

  #open(stream: Http2Stream): void {
    const id = this.#nextStreamId;
    this.#nextStreamId += 2;
    const granted = this.#settingsAcknowledged
      ? this.#streamWindowBytes
      : Math.max(this.#streamWindowBytes, defaultWindowSize);
    const open: OpenStream = {
      id,
      sendWindow: new SendWindow(this.#peerInitialWindow),
      receiveWindow: new ReceiveWindow(this.#streamWindowBytes, granted),
      localEnded: false,
      headersSeen: false,
      contentLength: -1,
      bodyBytes: 0,
    };
    stream.open = open;
    this.#streams.set(id, stream);
    const endsHere = stream.complete && stream.outgoing.length === 0;
    this.#headerWriter.write(id, stream.events.requestHeaders(), endsHere);
    open.localEnded = endsHere;
    if (stream.outgoing.length > 0) this.#sender.send(stream);
    if (this.#nextStreamId > HIGHEST_STREAM_ID && this.usable) {
      this.#draining = true;
      this.#events.draining("");
    }
  }

  #openQueued(): void {
    for (const stream of this.#queue) {
      if (!this.usable || this.#streams.size >= this.#maxStreams) return;
      this.#queue.delete(stream);
      this.#open(stream);
    }
  }

  /** The response is complete. If the request is not, nobody wants its rest (section 8.1). */
  #finish(stream: Http2Stream, open: OpenStream): void {
    if (!open.localEnded) this.#sendReset(open.id, ErrorCode.Cancel);
    this.#close(stream, open);
  }

  /** Ends one stream because of what the server did with it (section 5.4.2). */
  #fail(stream: Http2Stream, open: OpenStream, errorCode: number, message: string): void {
    this.#countIdle();
    this.#sendReset(open.id, errorCode);
    this.#close(stream, open);
    stream.events.failed({ by: "client", errorCode, message, neverSent: false });
  }

  #sendReset(streamId: number, errorCode: number): void {
    this.#output.append(encodeRstStream(streamId, errorCode));
    this.#resets.add(streamId);
  }

  #close(stream: Http2Stream, open: OpenStream): void {
    stream.closed = true;
    stream.open = undefined;
    stream.outgoing.length = 0;
    this.#sender.forget(stream);
    this.#streams.delete(open.id);
    if (this.#queue.size > 0) this.#openQueued();
    if (this.streamCount === 0) this.#events.idle();
  }

  #break(error: ProtocolError): void {
    this.#closed = true;
    this.#frames.stop();
    this.#pings.clear();
    this.#output.append(encodeGoaway(0, error.errorCode, error.message));
    this.#announce();
    this.#events.broken(error);
    const { errorCode, message } = error;
    this.#failAll({ by: "client", errorCode, message, neverSent: false, cause: error });
  }

  #failAll(failure: StreamFailure): void {
    const open = [...this.#streams.values()];
    const queued = this.takeQueue();
    this.#streams.clear();
    for (const stream of open) {
      stream.closed = true;
      stream.open = undefined;
      stream.outgoing.length = 0;
      this.#sender.forget(stream);
    }
    for (const stream of open) stream.events.failed(failure);
    for (const stream of queued) {
      stream.closed = true;
      stream.events.failed({ ...failure, neverSent: true });
    }
  }

  #announce(): void {
    if (this.#outputAnnounced || this.#output.length === 0) return;
    this.#outputAnnounced = true;
    this.#events.output();
  }
}

function protocolError(message: string): ProtocolError {
  return new ProtocolError(message, ErrorCode.ProtocolError);
}
