import type { DescMethod } from "@bufbuild/protobuf";
import type { CallOptions } from "./call-options.js";
import { type CallOwner, RunningCall } from "./running-call.js";

/** What a streaming call is to `close()`. */
export interface StreamOptions {
  /** True for a stream without an end of its own, such as a subscription: `close()` ends it at once. @defaultValue false */
  readonly endless?: boolean | undefined;
}

/** Milliseconds that a closing client waits for a reader who has a message in hand to ask for the next one. */
const readerGraceMs = 500;

/** A streaming call, which holds up the closing of its client only while it gets on. */
export class RunningStream extends RunningCall {
  readonly #endless: boolean;
  #isRead = false;
  #isClosing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    owner: CallOwner,
    method: DescMethod,
    options: CallOptions,
    timeoutMs: number,
    { endless = false }: StreamOptions,
  ) {
    super(owner, method, options, timeoutMs, true);
    this.#endless = endless;
  }

  readBegins(): void {
    this.#isRead = true;
    clearTimeout(this.#timer);
  }

  readEnds(): void {
    this.#isRead = false;
    if (this.#isClosing) this.#awaitReader();
  }

  override clientCloses(): void {
    this.#isClosing = true;
    if (this.#endless) this.cut();
    else if (!this.#isRead) this.#awaitReader();
  }

  override end(): void {
    this.#isClosing = false;
    clearTimeout(this.#timer);
    super.end();
  }

  #awaitReader(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.cut(), readerGraceMs);
  }
}
