import { setTimeout } from "node:timers/promises";
import {
  ConnectError,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { type CallWire, callWire } from "./call-wire.js";
import type { Fault, Loss } from "./fault.js";
import type { FaultSource } from "./faults.js";
import { callWithoutAnswer } from "./lost-call.js";

type Request = UnaryRequest | StreamRequest;
type Response = UnaryResponse | StreamResponse;

/** Injects a service's faults. As its outermost interceptor it sees every call first, and every answer last. */
export function faultInterceptor(faults: FaultSource): Interceptor {
  return (next) => async (request) => {
    const fault = faults.draw(request.method.name);
    const call = new FaultyCall(request, next, faults);
    return fault ? call.suffer(fault) : call.serve();
  };
}

/** One call, with what can happen to it. */
class FaultyCall {
  constructor(
    private readonly request: Request,
    private readonly next: (request: Request) => Promise<Response>,
    private readonly faults: FaultSource,
  ) {}

  async serve(): Promise<Response> {
    try {
      return await this.next(this.request);
    } finally {
      await this.faults.held.callServed();
    }
  }

  async suffer(fault: Fault): Promise<Response> {
    const wire = this.request.contextValues.get(callWire);
    switch (fault.kind) {
      case "dropRequest":
        return this.lose(fault.loss);
      case "dropAnswer":
        await finished(this.serve());
        return this.lose(fault.loss);
      case "holdRequest":
        await this.hold(fault.calls);
        return this.lose(fault.loss);
      case "delay":
        // Cut short by close(); a client that gives up meanwhile has its request served all the same.
        await setTimeout(fault.ms, undefined, { signal: this.faults.closed }).catch(() => undefined);
        return this.serve();
      case "abortStream": {
        const response = await this.serve();
        return response.stream ? { ...response, message: this.cutAfter(fault, response.message) } : response;
      }
      case "reset":
        await finished(this.serve());
        wire?.reset(fault.errorCode);
        throw callWithoutAnswer("lost");
      case "goAway":
        wire?.goAway();
        return this.serve();
      case "refuse":
        wire?.refuse();
        throw callWithoutAnswer("refused");
      case "fail":
        throw new ConnectError(fault.message, fault.code, fault.metadata);
      case "expireTokens":
        this.faults.expireTokens();
        return this.serve();
    }
  }

  private async lose(loss: Loss): Promise<never> {
    const wire = this.request.contextValues.get(callWire);
    if (loss === "silence") await this.silence(wire);
    if (loss === "connection") wire?.cut();
    else wire?.reset(cancel);
    throw callWithoutAnswer("lost");
  }

  /** Resolves when the client has given up, or the server closes. */
  private silence(wire: CallWire | undefined): Promise<void> {
    const { closed } = this.faults;
    const { signal } = this.request;
    return new Promise((resolve) => {
      const onEnd = () => {
        closed.removeEventListener("abort", onEnd);
        resolve();
      };
      closed.addEventListener("abort", onEnd);
      // A wire knows it better: the signal also fires at the deadline, which is the client's to notice.
      if (wire) wire.gone().then(onEnd);
      else signal.addEventListener("abort", onEnd, { once: true });
      if (closed.aborted || (!wire && signal.aborted)) onEnd();
    });
  }

  private async hold(calls: number): Promise<void> {
    const { request } = this;
    if (request.method.methodKind === "bidi_streaming") return; // its client may want answers before it says all
    const message = request.stream ? replay(await collected(request.message)) : request.message;
    // The call's own signal has fired by then, as its client has been cut off.
    const { signal } = new AbortController();
    const late = { ...request, message, signal } as Request; // the same kind of message as before
    this.faults.held.hold(calls, () => finished(this.next(late)));
  }

  private async *cutAfter<T>({ messages, loss }: Fault & { kind: "abortStream" }, source: AsyncIterable<T>) {
    let sent = 0;
    if (messages > 0) {
      for await (const message of source) {
        yield message;
        sent += 1;
        if (sent === messages) break;
      }
    }
    if (sent < messages) return; // it was shorter
    await this.request.contextValues.get(callWire)?.flushed(); // a reset overtakes what waits to be sent
    await this.lose(loss);
  }
}

/** CANCEL of RFC 9113, section 7. */
const cancel = 0x8;

/** Waits until the service has done its work, well or badly. */
async function finished(answer: Promise<Response>): Promise<void> {
  try {
    const response = await answer;
    // The work on a streamed request is done when its one answer is read; a streamed answer need not have an end.
    if (response.stream && response.method.methodKind === "client_streaming") await collected(response.message);
  } catch {
    // the error was the answer, which nobody gets
  }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* replay<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
