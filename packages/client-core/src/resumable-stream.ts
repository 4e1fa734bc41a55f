import { Code, ConnectError } from "@connectrpc/connect";
import { allowManyListeners } from "./allow-many-listeners.js";
import { backoffMs } from "./backoff.js";
import { type CallObserver, notify } from "./call-observer.js";
import { maxTimerMs } from "./call-scope.js";
import { checkDelays } from "./check-delays.js";
import { checkMaxAttempts } from "./check-max-attempts.js";
import { isLostConnection } from "./delivery.js";
import { leaveIterator } from "./leave-iterator.js";
import { PullIterator } from "./pull-iterator.js";
import { PumiceError } from "./pumice-error.js";
import { sleep } from "./sleep.js";
import { translateError } from "./translate-error.js";

/** Told when a stream broke and will be opened again. */
export interface StreamLost<P> {
  /** Losses in a row, with no position gained in between; the first is 1. */
  readonly attempt: number;
  /** Why; for an end that counts as a loss, an `unavailable` error that says so. */
  readonly error: unknown;
  /** Where the stream goes on: behind the last message that the reader was given. */
  readonly position: P | undefined;
  /** Milliseconds until it is opened again. */
  readonly pauseMs: number;
}

/** Told when a stream that broke is there again. */
export interface StreamRegained<P> {
  /** Losses in a row that went before. */
  readonly attempt: number;
  /** Where the stream goes on. */
  readonly position: P | undefined;
}

export interface ResumableStreamOptions<T, P> {
  /** Full method name, `package.Service/Method`, for the errors. */
  readonly rpc: string;
  /**
   * Opens the stream behind a position: the message that follows it comes first. Where a protocol cannot be asked for
   * that, `open` reads from the beginning and leaves out what the reader has had.
   *
   * @param position - Undefined: from the beginning.
   * @param signal - Fires when the stream is not wanted any more; belongs into the call.
   * @param opened - May be called when the server has answered: `onRegained` then need not wait for the first message.
   */
  readonly open: (position: P | undefined, signal: AbortSignal, opened: () => void) => AsyncIterable<T>;
  /** Undefined for a message without a position: it is handed out, but the stream cannot resume behind it. */
  readonly positionOf: (message: T) => P | undefined;
  /** Where to begin. @defaultValue undefined, the beginning */
  readonly start?: P | undefined;
  /** True for an error after which the stream is opened again. @defaultValue UNAVAILABLE and lost connections */
  readonly isLost?: ((error: unknown) => boolean) | undefined;
  /** Takes a stream that the server ended, even with OK, for lost. @defaultValue false */
  readonly endIsLost?: boolean | undefined;
  /** Ends the iteration at once: `canceled`, or `deadline_exceeded` for `AbortSignal.timeout()`. */
  readonly signal?: AbortSignal | undefined;
  /** Ceiling of the first pause in milliseconds; doubles with each loss in a row. @defaultValue 100 */
  readonly baseDelayMs?: number | undefined;
  /** Ceiling of any pause in milliseconds. @defaultValue 5000 */
  readonly maxDelayMs?: number | undefined;
  /** Losses in a row at which it gives up; 1 never resumes, `Infinity` always does. @defaultValue 10 */
  readonly maxAttempts?: number | undefined;
  /** Its `onReconnect` hears of every loss before the pause; its other functions belong to the calls inside `open`. */
  readonly observer?: Pick<CallObserver, "onReconnect"> | undefined;
  /** Called before the pause. What it throws ends the iteration. */
  readonly onLost?: ((event: StreamLost<P>) => void) | undefined;
  /** Called before the first message that came again, or by `opened`. What it throws ends the iteration. */
  readonly onRegained?: ((event: StreamRegained<P>) => void) | undefined;
}

/**
 * One stream out of many: each time the connection is lost it is opened again behind the last message that the reader
 * was given, so that every message comes once and in order. Pauses have full jitter and start over after progress.
 *
 * Nothing is opened before the first read, nothing is read ahead of the reader. An abort, or leaving the loop, ends it at
 * once, also during a read or a pause, and cancels the call on the wire. Each loop over it begins anew at `start`.
 *
 * The loop throws a {@link PumiceError} when `maxAttempts` losses came in a row (with their number as `attempts`, and the
 * code of the last), and when `signal` fires. Any other error ends it unchanged.
 *
 * @throws RangeError if `maxAttempts` is neither a whole number >= 1 nor `Infinity`, or if a delay is below 0.
 * @example
 * const messages = resumableStream({
 *   rpc: "umadb.v1.DCB/Subscribe",
 *   open: (after: bigint | undefined, signal) => stub.subscribe({ after }, { signal }),
 *   positionOf: ({ events }) => events.at(-1)?.position,
 *   endIsLost: true,
 * });
 */
export function resumableStream<T, P>(options: ResumableStreamOptions<T, P>): AsyncIterable<T> {
  checkMaxAttempts(options.maxAttempts ?? defaultMaxAttempts);
  checkDelays("start", options);
  return { [Symbol.asyncIterator]: () => new ResumingIterator(options) };
}

const defaultMaxAttempts = 10;
const defaultBaseDelayMs = 100;
const defaultMaxDelayMs = 5000;

class ResumingIterator<T, P> extends PullIterator<T> {
  private stream: AsyncIterator<T> | undefined;
  /** Belongs to the stream that is open, or else to the pause before it. */
  private wire = new AbortController();
  private position: P | undefined;
  private losses = 0;
  private lossesSinceMs = 0;
  private isAway = false;

  constructor(private readonly options: ResumableStreamOptions<T, P>) {
    super();
    this.position = options.start;
    if (options.signal) allowManyListeners(options.signal);
    if (options.signal?.aborted) this.onAbort();
    else options.signal?.addEventListener("abort", this.onAbort, { once: true });
  }

  protected override async read(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const result = await this.readStream();
      if ("loss" in result) {
        await this.pauseAfter(result.loss);
        continue;
      }
      this.regain();
      if (result.done) return { done: true, value: undefined };
      const position = this.options.positionOf(result.value);
      if (position !== undefined) {
        this.position = position;
        this.losses = 0;
      }
      return result;
    }
  }

  protected override release(): void {
    const { signal } = this.options;
    signal?.removeEventListener("abort", this.onAbort);
    this.wire.abort(signal?.aborted ? signal.reason : new Error("The reader left the stream"));
    if (this.stream) leaveIterator(this.stream);
  }

  private readonly onAbort = (): void => {
    const { rpc, signal } = this.options;
    const attempts = this.losses + (this.stream ? 1 : 0);
    this.fail(translateError(signal?.reason, { rpc, attempts, signal }));
  };

  private async readStream(): Promise<IteratorResult<T> | { readonly loss: unknown }> {
    const { isLost = isUnavailable, endIsLost } = this.options;
    try {
      this.stream ??= this.open();
      const result = await this.stream.next();
      return result.done && endIsLost ? { loss: serverEnded() } : result;
    } catch (error) {
      if (!isLost(error)) throw error;
      return { loss: error };
    }
  }

  private open(): AsyncIterator<T> {
    const { signal } = this.wire;
    const opened = () => {
      if (!signal.aborted) this.regain();
    };
    return this.options.open(this.position, signal, opened)[Symbol.asyncIterator]();
  }

  private async pauseAfter(error: unknown): Promise<void> {
    const { baseDelayMs = defaultBaseDelayMs, maxDelayMs = defaultMaxDelayMs } = this.options;
    const { rpc, observer, onLost, maxAttempts = defaultMaxAttempts } = this.options;
    if (this.wire.signal.aborted) throw error; // it ended while the read was under way: nobody hears of it
    this.wire.abort(error); // whatever is left of the call
    this.wire = new AbortController();
    this.stream = undefined;
    this.isAway = true;
    this.losses += 1;
    if (this.losses === 1) this.lossesSinceMs = performance.now();
    if (this.losses >= maxAttempts) throw this.exhausted(error);
    const pauseMs = backoffMs(this.losses, { baseDelayMs, maxDelayMs: Math.min(maxDelayMs, maxTimerMs) });
    const attempt = this.losses;
    notify((event) => observer?.onReconnect?.(event), { rpc, attempt, waitMs: pauseMs, error });
    onLost?.({ attempt, error, position: this.position, pauseMs });
    await sleep(pauseMs, this.wire.signal);
  }

  private regain(): void {
    if (!this.isAway) return;
    this.isAway = false;
    this.options.onRegained?.({ attempt: this.losses, position: this.position });
  }

  private exhausted(cause: unknown): PumiceError {
    // In the words of a stock transport a lost connection is `canceled`, which here is the caller's.
    const { code, rawMessage } = translateError(cause, { rpc: this.options.rpc, attempts: 1 });
    const elapsedMs = Math.round(performance.now() - this.lossesSinceMs);
    const times = this.losses === 1 ? "once" : `${this.losses} times in a row within ${elapsedMs} ms`;
    const message = `Cannot go on with the stream: it was lost ${times}: ${rawMessage}`;
    return new PumiceError(message, code, { rpc: this.options.rpc, attempts: this.losses, cause });
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  // In a PumiceError `canceled` is the caller's own word, or the server's; there a lost connection is unavailable.
  return error.code === Code.Unavailable || (!(error instanceof PumiceError) && isLostConnection(error));
}

function serverEnded(): ConnectError {
  return new ConnectError("The server ended the stream", Code.Unavailable);
}
