import { createConnection, type Socket } from "node:net";
import type { ShelfAddress } from "../shelf-address.js";
import { ConnectionFailure } from "./connection-failure.js";

/** How long a connection may take, how long it may be silent, and how much it may answer. */
export interface ConnectionLimits {
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly maxAnswerBytes: number;
}

/**
 * Connects, and leaves an error listener that does nothing: 'close' follows every error.
 *
 * @throws ConnectionFailure `unreachable`, or the signal's reason.
 */
export function openSocket(address: ShelfAddress, limits: ConnectionLimits, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = "path" in address ? createConnection(address.path) : createConnection(address.port, address.host);
    socket.setNoDelay(true);
    const end = (failure: unknown): void => {
      settle();
      socket.destroy();
      reject(failure);
    };
    const fail = (why: string, cause?: unknown): void =>
      end(new ConnectionFailure("unreachable", `Cannot connect to ${address.text}: ${why}`, cause));
    const onError = (error: Error): void => fail(errorText(error), error);
    const onAbort = (): void => end(signal.reason);
    const timer = setTimeout(
      () => fail(`no connection after ${limits.connectTimeoutMs} ms`),
      Math.min(limits.connectTimeoutMs, 2_147_483_647),
    );
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.removeListener("error", onError);
      socket.on("error", () => undefined);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", onError);
    socket.once("connect", () => {
      settle();
      resolve(socket);
    });
  });
}

/** A host with several addresses that all fail gives an AggregateError, which has no message of its own. */
function errorText(error: Error): string {
  if (error.message !== "" || !(error instanceof AggregateError)) return error.message;
  return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join(", ");
}
