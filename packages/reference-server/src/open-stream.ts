import { type ContextKey, createContextKey } from "@connectrpc/connect";

/** What a service may know of the connection that a streaming call came over. */
export interface OpenStream {
  /** Fires when the client has gone. Unlike a handler's own signal it does not fire at the client's deadline. */
  readonly clientGone: AbortSignal;
  /** Sends the response's head now; otherwise it goes out with the first message, which may be long in coming. */
  sendHead(header: Headers): void;
}

/** Absent in process, where there is no connection. */
export const openStreamKey: ContextKey<OpenStream | undefined> = createContextKey<OpenStream | undefined>(undefined, {
  description: "@pumice/reference-server/open-stream",
});
