import type { ConnectError } from "@connectrpc/connect";

/**
 * Hears what happens to a client's calls, for logs, metrics and traces. Every function is optional, gets one plain
 * object, and is called synchronously: a slow one slows the calls, one that throws or rejects does nothing to them.
 * No event holds a message, a header or a token, but `error` is what a caller would get to see.
 */
export interface CallObserver {
  /** A call has ended; for a stream, with its last message or its error. */
  onCall?(event: CallEvent): void;
  /** One attempt of a call has ended: what went to the transport once. */
  onAttempt?(event: AttemptEvent): void;
  /** A call waits before its next attempt. */
  onWait?(event: WaitEvent): void;
  /** A login has ended. */
  onRenewal?(event: RenewalEvent): void;
  /** A resumable stream has lost its connection and begins again after a pause: give `resumableStream()` the observer. */
  onReconnect?(event: ReconnectEvent): void;
}

/** A call that has ended. */
export interface CallEvent {
  /** Full method name, `package.Service/Method`. */
  readonly rpc: string;
  /** Attempts in all; 0 when nothing was sent. */
  readonly attempts: number;
  readonly durationMs: number;
  /** Absent when the call succeeded. */
  readonly error?: ConnectError | undefined;
}

/** An attempt that has ended. */
export interface AttemptEvent {
  /** Full method name, `package.Service/Method`. */
  readonly rpc: string;
  /** The first is 1. */
  readonly attempt: number;
  /** For a stream, until its headers came. */
  readonly durationMs: number;
  /** Absent when the attempt succeeded. */
  readonly error?: ConnectError | undefined;
}

/** A pause before another attempt. */
export interface WaitEvent {
  /** Full method name, `package.Service/Method`. */
  readonly rpc: string;
  /** The attempt that failed; the first is 1. */
  readonly attempt: number;
  readonly waitMs: number;
  /** What the attempt failed with. */
  readonly error: ConnectError;
}

/** A login, whose token any number of calls share. */
export interface RenewalEvent {
  readonly durationMs: number;
  /** Milliseconds since the Unix epoch; absent when the token does not tell or there is none. */
  readonly expiresAtMs?: number | undefined;
  /** Absent when the login succeeded. */
  readonly error?: unknown;
}

/** A stream that begins again where it was. */
export interface ReconnectEvent {
  /** Full method name, `package.Service/Method`. */
  readonly rpc: string;
  /** Attempts since the last message; the first is 1. */
  readonly attempt: number;
  /** Milliseconds before the attempt. */
  readonly waitMs: number;
  /** What ended the stream. */
  readonly error: unknown;
}

/** Calls a hook, whose failure is its own. */
export function notify<E>(hook: (event: E) => unknown, event: E): void {
  try {
    const result = hook(event);
    if (result instanceof Promise) result.catch(() => undefined);
  } catch {
    // documented: what a hook throws does nothing to the call
  }
}
