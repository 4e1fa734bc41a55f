import type { DescMethod } from "@bufbuild/protobuf";
import type { Compression } from "@connectrpc/connect/protocol";
import type { AbortHub } from "./abort-hub.js";
import type { MessageCodec } from "./message-codec.js";
import type { Session } from "./session.js";
import type { TranslateStatusDetails } from "./status.js";

/** What all calls of a transport share. */
export interface CallContext {
  readonly session: Session;
  readonly aborts: AbortHub;
  readonly readMaxBytes: number;
  readonly writeMaxBytes: number;
  readonly receiveHighWaterMarkBytes: number;
  readonly contentTypes: ReadonlySet<string>;
  readonly accepted: ReadonlyMap<string, Compression>;
  readonly sendCompression: Compression | undefined;
  readonly compressMinBytes: number;
  readonly translateStatusDetails: TranslateStatusDetails | undefined;
}

/** What all calls of a method share: computed once. */
export interface MethodPlan<M extends DescMethod = DescMethod> {
  readonly method: M;
  readonly url: string;
  readonly input: MessageCodec;
  readonly output: MessageCodec;
  /** The encoded header block that every call begins with. */
  readonly headerBlock: Uint8Array;
  /** Goes along unless the caller names its own user agent. */
  readonly userAgentBlock: Uint8Array;
}

/** One call, as the caller or the innermost interceptor asks for it. */
export interface CallRequest<T> {
  readonly signal: AbortSignal | undefined;
  /** The caller's own, where `signal` fires only until the call has ended: what is unread then is still cancelled. */
  readonly callerSignal?: AbortSignal | undefined;
  /** Undefined or not above 0: no deadline. */
  readonly timeoutMs: number | undefined;
  readonly header: HeadersInit | undefined;
  readonly message: T;
  /**
   * Told once, when neither server, deadline nor signal can reach the call any more.
   *
   * @param isUnprocessed - No server can have processed the request.
   */
  readonly onEnd?: ((isUnprocessed: boolean) => void) | undefined;
}
