import { type ContextKey, createContextKey } from "@connectrpc/connect";

/** What can be done to the connection that a call came over. */
export interface CallWire {
  /** Resolves when the call is over: answered, given up, or lost. */
  gone(): Promise<void>;
  /** Resolves when all that was written has left for the client, or when that cannot happen any more. */
  flushed(): Promise<void>;
  /** Ends the call with a code of HTTP/2; over HTTP/1.1 its connection. */
  reset(errorCode: number): void;
  /** Refuses the call as one that was not looked at. */
  refuse(): void;
  /** Lets the calls of the connection finish, and takes no new ones. */
  goAway(): void;
  /** Ends the connection, and every call on it. */
  cut(): void;
}

/** The wire of a call; undefined in process, and behind a router of the caller's own. */
export const callWire: ContextKey<CallWire | undefined> = createContextKey<CallWire | undefined>(undefined);
