import type { DescMessage, DescMethodUnary, MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type UnaryResponse } from "@connectrpc/connect";
import { Call } from "./call.js";
import type { CallContext, CallRequest, MethodPlan } from "./call-context.js";
import { type HeaderBlock, noHeaders } from "./http2/header-block.js";
import { MessageReader, type RawMessage } from "./message-framing.js";

/** One request, one response. */
export function runUnaryCall<I extends DescMessage, O extends DescMessage>(
  context: CallContext,
  plan: MethodPlan<DescMethodUnary<I, O>>,
  request: CallRequest<object>,
): Promise<UnaryResponse<I, O>> {
  return new Promise((resolve, reject) => {
    const onMessage = (call: UnaryCall, message: object) =>
      resolve({
        stream: false,
        service: plan.method.parent,
        method: plan.method,
        message: message as MessageShape<O>, // the plan's codec belongs to the method
        get header() {
          return call.headerView;
        },
        get trailer() {
          return call.trailerView;
        },
      });
    try {
      new UnaryCall(context, plan, request, { onMessage, onError: reject }).start(request);
    } catch (error) {
      reject(ConnectError.from(error, Code.Internal));
    }
  });
}

interface Outcome {
  onMessage(call: UnaryCall, message: object): void;
  onError(error: ConnectError): void;
}

class UnaryCall extends Call<object> {
  readonly #outcome: Outcome;
  readonly #reader: MessageReader;
  #message: RawMessage | undefined;
  #messages = 0;
  /** Bytes of messages beyond the one there may be. */
  #surplusBytes = 0;

  constructor(context: CallContext, plan: MethodPlan, request: CallRequest<object>, outcome: Outcome) {
    super(context, plan, request);
    this.#outcome = outcome;
    this.#reader = new MessageReader(context.readMaxBytes);
  }

  start({ message, timeoutMs }: CallRequest<object>): void {
    if (!this.watch(timeoutMs)) return;
    try {
      const framed = this.frame(this.encode(message));
      if (framed instanceof Uint8Array) this.#send(framed);
      else framed.then((bytes) => this.#send(bytes)).catch((error) => this.#failBy(error));
    } catch (error) {
      this.#failBy(error);
    }
  }

  headers(block: HeaderBlock, last: boolean): void {
    if (this.acceptHeaders(block) && last) this.#finish(block);
  }

  data(bytes: Uint8Array, last: boolean): void {
    if (this.ended) return;
    this.stream.release(bytes.length);
    try {
      this.#reader.push(bytes, (message) => this.#onMessage(message));
    } catch (error) {
      this.#failBy(error);
    }
    if (last) this.#finish(noHeaders);
  }

  trailers(block: HeaderBlock): void {
    this.#finish(block);
  }

  drained(): void {
    // the only message is the last
  }

  protected override onError(error: ConnectError): void {
    this.#outcome.onError(error);
  }

  #send(framed: Uint8Array): void {
    if (this.ended) return;
    this.stream.send(framed, true);
    this.context.session.start(this.stream);
  }

  /** A second message is an error, unless the status says otherwise: it waits for that, but not for ever. */
  #onMessage(message: RawMessage): void {
    this.#messages++;
    if (this.#messages === 1) {
      this.#message = message;
      return;
    }
    this.#surplusBytes += message.bytes.length + 1;
    if (this.#surplusBytes > this.context.receiveHighWaterMarkBytes) throw this.#countError();
  }

  #finish(trailer: HeaderBlock): void {
    if (this.ended) return;
    const error = this.acceptTrailers(trailer);
    if (error) {
      this.fail(error);
    } else if (this.#reader.isInsideMessage) {
      this.fail(this.responseError("The response ends inside a message", Code.Internal));
    } else if (this.#messages !== 1 || !this.#message) {
      this.fail(this.#countError());
    } else {
      this.#deliver(this.#message);
    }
  }

  #deliver(message: RawMessage): void {
    try {
      const decoded = this.decode(message);
      if (decoded instanceof Promise)
        decoded.then((value) => this.#succeed(value)).catch((error) => this.#failBy(error));
      else this.#succeed(decoded);
    } catch (error) {
      this.#failBy(error);
    }
  }

  #succeed(message: object): void {
    if (this.ended) return;
    this.release();
    this.#outcome.onMessage(this, message);
  }

  #failBy(error: unknown): void {
    this.fail(ConnectError.from(error, Code.Internal));
  }

  #countError(): ConnectError {
    const found = this.#messages === 0 ? "no message" : "more than one message";
    return this.responseError(`The response to a unary call has ${found}`, Code.Unimplemented);
  }
}
