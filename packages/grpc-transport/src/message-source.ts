import { Code, ConnectError } from "@connectrpc/connect";
import type { RawMessage } from "./message-framing.js";
import { MessageQueue } from "./message-queue.js";

/** The call that the messages belong to. */
export interface MessageSourceOwner {
  decode(message: RawMessage): object | Promise<object>;
  /** The server may send this many more bytes. */
  release(bytes: number): void;
  /** The error of a call that was cancelled after its response had ended. */
  abortError(): ConnectError | undefined;
  /** A message could not be decoded. */
  failed(error: ConnectError): void;
  /** The reader called `return()`. */
  abandoned(): void;
}

interface Waiting {
  readonly resolve: (result: IteratorResult<object>) => void;
  readonly reject: (error: ConnectError) => void;
}

const DONE: IteratorResult<object> = { done: true, value: undefined };

/**
 * The messages of a response. They are decoded when they are asked for, and the server is held back while more than the
 * high-water mark lies unread: a reader that never comes back costs that much and one window.
 */
export class MessageSource implements AsyncIterable<object>, AsyncIterator<object> {
  readonly #highWaterMark: number;
  readonly #owner: MessageSourceOwner;
  readonly #queue: MessageQueue = new MessageQueue();
  #heldBytes = 0;
  #waiting: Waiting[] = [];
  #decoding = false;
  #complete = false;
  #error: ConnectError | undefined;
  #finished = false;

  constructor(highWaterMark: number, owner: MessageSourceOwner) {
    this.#highWaterMark = highWaterMark;
    this.#owner = owner;
  }

  [Symbol.asyncIterator](): AsyncIterator<object> {
    return this;
  }

  next(): Promise<IteratorResult<object>> {
    const abortError = this.#complete && !this.#finished ? this.#owner.abortError() : undefined;
    if (abortError) this.fail(abortError);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#serve();
    });
  }

  /** Cancels the call. */
  return(): Promise<IteratorResult<object>> {
    this.#owner.abandoned();
    this.#queue.clear();
    this.#complete = true;
    this.#finished = true;
    this.#error = undefined;
    return Promise.resolve(DONE);
  }

  add(message: RawMessage): void {
    if (this.#complete) return; // one before it could not be decoded
    this.#queue.push(message);
    this.#serve();
  }

  /** Bytes came in, of messages complete or not. */
  received(bytes: number): void {
    this.#heldBytes += bytes;
    this.#queue.settle();
    if (this.#queue.weightBytes < this.#highWaterMark) this.#releaseHeld();
  }

  /**
   * No more messages come.
   *
   * @param error - Thrown after the last one.
   */
  end(error: ConnectError | undefined): void {
    this.#complete = true;
    this.#error = error;
    this.#serve();
  }

  /** Drops what is unread. */
  fail(error: ConnectError): void {
    this.#queue.clear();
    this.#complete = true;
    this.#error = error;
    this.#decoding = false;
    this.#serve();
  }

  #serve(): void {
    while (this.#waiting.length > 0 && !this.#decoding) {
      const message = this.#queue.shift();
      if (message) this.#deliver(message);
      else if (this.#complete) this.#deliverEnd();
      else return;
    }
  }

  #deliver(message: RawMessage): void {
    if (this.#heldBytes > 0 && this.#queue.weightBytes * 2 < this.#highWaterMark) this.#releaseHeld();
    let decoded: object | Promise<object>;
    try {
      decoded = this.#owner.decode(message);
    } catch (error) {
      this.#owner.failed(ConnectError.from(error, Code.Internal));
      return;
    }
    if (decoded instanceof Promise) this.#deliverLater(decoded);
    else this.#waiting.shift()?.resolve({ done: false, value: decoded });
  }

  /** Order is kept: nothing else is delivered meanwhile. */
  #deliverLater(decoded: Promise<object>): void {
    this.#decoding = true;
    decoded.then(
      (value) => {
        if (!this.#decoding) return; // the call failed meanwhile
        this.#decoding = false;
        this.#waiting.shift()?.resolve({ done: false, value });
        this.#serve();
      },
      (error) => {
        if (this.#decoding) this.#owner.failed(ConnectError.from(error, Code.Internal));
      },
    );
  }

  /** An error is thrown once; then the iterator is done. */
  #deliverEnd(): void {
    const waiting = this.#waiting.shift();
    const error = this.#error;
    this.#error = undefined;
    this.#finished = true;
    if (error) waiting?.reject(error);
    else waiting?.resolve(DONE);
  }

  #releaseHeld(): void {
    const bytes = this.#heldBytes;
    this.#heldBytes = 0;
    this.#owner.release(bytes);
  }
}
