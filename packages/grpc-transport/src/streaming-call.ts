import type { DescMessage, DescMethodStreaming, MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type StreamResponse } from "@connectrpc/connect";
import { Call } from "./call.js";
import type { CallContext, CallRequest, MethodPlan } from "./call-context.js";
import { type HeaderBlock, noHeaders } from "./http2/header-block.js";
import { MessageReader } from "./message-framing.js";
import { MessageSource } from "./message-source.js";
import { withoutMark } from "./never-sent.js";
import { RequestPump } from "./request-pump.js";

/** Any number of requests, any number of responses. Resolves when the response's headers are there. */
export function runStreamingCall<I extends DescMessage, O extends DescMessage>(
  context: CallContext,
  plan: MethodPlan<DescMethodStreaming<I, O>>,
  request: CallRequest<AsyncIterable<object>>,
): Promise<StreamResponse<I, O>> {
  return new Promise((resolve, reject) => {
    const onHeaders = (call: StreamingCall) =>
      resolve({
        stream: true,
        service: plan.method.parent,
        method: plan.method,
        message: call.messages as AsyncIterable<MessageShape<O>>, // the plan's codec belongs to the method
        get header() {
          return call.headerView;
        },
        get trailer() {
          return call.trailerView;
        },
      });
    try {
      new StreamingCall(context, plan, request, { onHeaders, onError: reject }).start(request);
    } catch (error) {
      reject(ConnectError.from(error, Code.Internal));
    }
  });
}

interface Outcome {
  onHeaders(call: StreamingCall): void;
  /** It failed before the headers came. */
  onError(error: ConnectError): void;
}

class StreamingCall extends Call<AsyncIterable<object>> {
  readonly messages: MessageSource;
  readonly #outcome: Outcome;
  readonly #reader: MessageReader;
  #pump: RequestPump | undefined;
  #answered = false;

  constructor(context: CallContext, plan: MethodPlan, request: CallRequest<AsyncIterable<object>>, outcome: Outcome) {
    super(context, plan, request);
    this.#outcome = outcome;
    this.#reader = new MessageReader(context.readMaxBytes);
    this.messages = new MessageSource(context.receiveHighWaterMarkBytes, {
      decode: (message) => this.decode(message),
      release: (bytes) => this.stream.release(bytes),
      failed: (error) => this.#failReading(error),
      abortError: () => this.abortError(),
      abandoned: () => this.fail(new ConnectError("The response was abandoned", Code.Canceled)),
    });
  }

  start({ message, timeoutMs }: CallRequest<AsyncIterable<object>>): void {
    if (!this.watch(timeoutMs)) return;
    const isSingle = this.plan.method.methodKind === "server_streaming";
    this.#pump = new RequestPump(this.stream, isSingle, (input) => this.frame(this.encode(input)));
    try {
      this.context.session.start(this.stream);
    } catch (error) {
      this.fail(ConnectError.from(error, Code.Internal)); // TLS options that cannot be used
      return;
    }
    // Whatever the caller's iterable throws is the caller's own.
    this.#pump.run(message).catch((error) => this.fail(withoutMark(ConnectError.from(error)), false));
  }

  headers(block: HeaderBlock, last: boolean): void {
    if (!this.acceptHeaders(block)) return;
    if (last) {
      const error = this.acceptTrailers(block);
      if (error) {
        this.fail(error);
        return;
      }
    }
    this.#answered = true;
    this.#outcome.onHeaders(this);
    if (last) this.#succeed();
  }

  data(bytes: Uint8Array, last: boolean): void {
    if (this.ended) return;
    try {
      this.#reader.push(bytes, (message) => this.messages.add(message));
    } catch (error) {
      this.fail(ConnectError.from(error, Code.Internal));
      return;
    }
    if (last) this.trailers(noHeaders);
    else this.messages.received(bytes.length);
  }

  trailers(block: HeaderBlock): void {
    if (this.ended) return;
    const error = this.acceptTrailers(block) ?? this.#truncation();
    // What came before is still to be read; then comes the error.
    if (error) this.#end(error);
    else this.#succeed();
  }

  drained(): void {
    this.#pump?.drained();
  }

  /** What has not been read is dropped: cancelling takes effect at once. */
  protected override onError(error: ConnectError): void {
    this.#pump?.stop();
    this.messages.fail(error);
    if (!this.#answered) this.#outcome.onError(error);
  }

  #succeed(): void {
    this.#end(undefined);
  }

  #end(error: ConnectError | undefined): void {
    this.#pump?.stop();
    this.release();
    this.messages.end(error);
  }

  /** A message turned out broken, perhaps long after the response had ended. */
  #failReading(error: ConnectError): void {
    if (this.ended) this.messages.fail(error);
    else this.fail(error);
  }

  #truncation(): ConnectError | undefined {
    if (!this.#reader.isInsideMessage) return undefined;
    return this.responseError("The response ends inside a message", Code.Internal);
  }
}
