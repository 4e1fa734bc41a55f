import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { abortError } from "./abort-error.js";
import type { Abortable } from "./abort-hub.js";
import type { CallContext, CallRequest, MethodPlan } from "./call-context.js";
import { Deadline } from "./deadline.js";
import { grpcTimeout } from "./grpc-timeout.js";
import { ErrorCode } from "./http2/error-code.js";
import { type HeaderBlock, noHeaders } from "./http2/header-block.js";
import { encodeHeaders } from "./http2/hpack-encoder.js";
import { Http2Stream, type StreamEvents, type StreamFailure } from "./http2/stream.js";
import { frameMessage, type RawMessage } from "./message-framing.js";
import { appendFields, fieldValue, headerFields, toHeaders } from "./metadata.js";
import { markNeverSent, neverSent } from "./never-sent.js";
import { failureError } from "./socket-error.js";
import { headerError, statusError } from "./status.js";

/** What unary and streaming calls have in common: the request's headers, the deadline, cancelling, and the status. */
export abstract class Call<T> implements StreamEvents, Abortable {
  protected readonly context: CallContext;
  protected readonly plan: MethodPlan;
  protected readonly stream: Http2Stream;
  protected responseHeader: HeaderBlock = noHeaders;
  protected responseTrailer: HeaderBlock = noHeaders;
  /** What the server compresses with; undefined if it does not. */
  protected responseCompression: Compression | undefined;
  protected ended: boolean = false;

  readonly #signal: AbortSignal | undefined;
  readonly #callerSignal: AbortSignal | undefined;
  readonly #onEnd: ((isUnprocessed: boolean) => void) | undefined;
  readonly #fields: string[];
  #deadline: Deadline | undefined;
  #headers: Headers | undefined;
  #trailers: Headers | undefined;

  /** @throws ConnectError if the request's headers cannot be sent. */
  constructor(context: CallContext, plan: MethodPlan, request: CallRequest<T>) {
    this.context = context;
    this.plan = plan;
    this.#signal = request.signal;
    this.#callerSignal = request.callerSignal;
    this.#onEnd = request.onEnd;
    this.#fields = headerFields(request.header);
    this.stream = new Http2Stream(this);
  }

  abstract headers(block: HeaderBlock, last: boolean): void;
  abstract data(bytes: Uint8Array, last: boolean): void;
  abstract trailers(block: HeaderBlock): void;
  abstract drained(): void;
  /** The one place where a call fails. */
  protected abstract onError(error: ConnectError): void;

  requestHeaders(): Uint8Array {
    const { headerBlock, userAgentBlock } = this.plan;
    const fields = this.#fields;
    const ownAgent = fields.length > 0 && fieldValue(fields, "user-agent") !== undefined;
    // The whole timeout, however long the call waited: should the server count longer than we do, it hears CANCEL.
    if (this.#deadline) fields.push("grpc-timeout", grpcTimeout(this.#deadline.timeoutMs));
    const agent = ownAgent ? [] : [userAgentBlock];
    if (fields.length === 0) return Buffer.concat([headerBlock, ...agent]);
    return Buffer.concat([headerBlock, ...agent, encodeHeaders(fields)]);
  }

  failed(failure: StreamFailure): void {
    // A server that counts a little faster gives up first: by CANCEL.
    const isLate = failure.by === "server" && failure.errorCode === ErrorCode.Cancel && this.#deadline?.isOver;
    const error = (isLate && this.#deadline?.error()) || failureError(failure);
    appendFields(error.metadata, this.responseHeader.fields);
    this.fail(error);
  }

  abort(reason: unknown): void {
    // A ConnectError is the caller's own object, perhaps shared: it gets no mark.
    this.fail(abortError(reason), !(reason instanceof ConnectError));
  }

  /** The response's headers; made when somebody looks. */
  get headerView(): Headers {
    this.#headers ??= toHeaders(this.responseHeader.fields);
    return this.#headers;
  }

  /** The response's trailers: one object, complete once the response is. */
  get trailerView(): Headers {
    this.#trailers ??= toHeaders(this.responseTrailer.fields);
    return this.#trailers;
  }

  /** Starts deadline and signal. False if the call is over already. */
  protected watch(timeoutMs: number | undefined): boolean {
    const signal = this.#signal;
    if (signal?.aborted) {
      this.abort(signal.reason);
      return false;
    }
    if (signal) this.context.aborts.add(signal, this);
    if (timeoutMs !== undefined && timeoutMs > 0) {
      // A caller's own header would contradict the deadline.
      const own = this.#fields.indexOf("grpc-timeout");
      if (own >= 0 && own % 2 === 0) this.#fields.splice(own, 2);
      this.#deadline = new Deadline(timeoutMs, (error) => this.fail(error));
    }
    return true;
  }

  /** What the signal makes of the call, if it has fired. */
  protected abortError(): ConnectError | undefined {
    const fired = [this.#signal, this.#callerSignal].find((signal) => signal?.aborted);
    return fired && abortError(fired.reason);
  }

  /** Ends the call with an error; the server is told if it does not know. */
  protected fail(error: ConnectError, mayMark = true): void {
    if (this.ended) return;
    const isUnsent = !this.stream.open && !this.stream.closed;
    this.stream.cancel();
    this.release(isUnsent || neverSent in error);
    this.onError(isUnsent && mayMark ? markNeverSent(error) : error);
  }

  /** No deadline, no signal and no server can reach the call any more. */
  protected release(isUnprocessed = false): void {
    if (this.ended) return;
    this.ended = true;
    this.#onEnd?.(isUnprocessed);
    this.#deadline?.clear();
    if (this.#signal) this.context.aborts.delete(this.#signal, this);
  }

  /** Checks the response's headers; false if the call failed by them. */
  protected acceptHeaders(block: HeaderBlock): boolean {
    this.responseHeader = block;
    const error = headerError(block, this.context.contentTypes) ?? this.#encodingError(block);
    if (error) this.fail(error);
    return !error;
  }

  /** The error that the finished response says the call ended with. */
  protected acceptTrailers(block: HeaderBlock): ConnectError | undefined {
    this.responseTrailer = block;
    if (this.#trailers) appendFields(this.#trailers, block.fields);
    return statusError(this.responseHeader, block, this.context.translateStatusDetails);
  }

  /** An error the client found in a response that is otherwise all right. */
  protected responseError(message: string, code: Code, cause?: unknown): ConnectError {
    const { fields } = this.responseHeader;
    return new ConnectError(message, code, toHeaders(fields, this.responseTrailer.fields), undefined, cause);
  }

  /** @throws ConnectError */
  protected encode(message: object): Uint8Array {
    let bytes: Uint8Array;
    try {
      bytes = this.plan.input.encode(message);
    } catch (cause) {
      throw new ConnectError(`Cannot encode the request: ${text(cause)}`, Code.Internal, undefined, undefined, cause);
    }
    return bytes;
  }

  /** The message as it goes out. A promise only if it is compressed. */
  protected frame(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const { sendCompression, compressMinBytes } = this.context;
    if (sendCompression && bytes.length >= compressMinBytes) return this.#compressed(bytes, sendCompression);
    this.#checkSize(bytes);
    return frameMessage(bytes, false);
  }

  /** The message as it came. A promise only if it was compressed. */
  protected decode(message: RawMessage): object | Promise<object> {
    if (!message.compressed) return this.#decodeBytes(message.bytes);
    const compression = this.responseCompression;
    if (!compression) throw this.responseError("A message is compressed without grpc-encoding", Code.Internal);
    return compression.decompress(message.bytes, this.context.readMaxBytes).then((bytes) => this.#decodeBytes(bytes));
  }

  #decodeBytes(bytes: Uint8Array): object {
    try {
      return this.plan.output.decode(bytes);
    } catch (cause) {
      throw this.responseError(`Cannot decode the response: ${text(cause)}`, Code.InvalidArgument, cause);
    }
  }

  async #compressed(bytes: Uint8Array, compression: Compression): Promise<Uint8Array> {
    const compressed = await compression.compress(bytes);
    this.#checkSize(compressed);
    return frameMessage(compressed, true);
  }

  #checkSize(bytes: Uint8Array): void {
    const { writeMaxBytes } = this.context;
    if (bytes.length <= writeMaxBytes) return;
    throw new ConnectError(`A message of ${bytes.length} bytes exceeds ${writeMaxBytes}`, Code.ResourceExhausted);
  }

  #encodingError(block: HeaderBlock): ConnectError | undefined {
    const encoding = fieldValue(block.fields, "grpc-encoding");
    if (encoding === undefined || encoding === "identity") return undefined;
    this.responseCompression = this.context.accepted.get(encoding);
    if (this.responseCompression) return undefined;
    return this.responseError(`The response has an unsupported grpc-encoding: ${encoding}`, Code.Internal);
  }
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
