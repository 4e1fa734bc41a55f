import { Code, ConnectError } from "@connectrpc/connect";
import isNetworkError from "is-network-error";
import { isLoginFailure, isMarkedMayHaveArrived, isMarkedNeverSent } from "./delivery-marks.js";
import { PumiceError } from "./pumice-error.js";

/**
 * How far a failed call came.
 *
 * - `answered`: the error is a server's answer.
 * - `never sent`: no server can have processed the call.
 * - `unknown`: it may have arrived or not, and may arrive yet.
 */
export type Delivery = "answered" | "never sent" | "unknown";

/**
 * Sorts whatever a transport threw, also after it was translated; what is no transport's error is `unknown`.
 *
 * - An answer shows in the metadata: gRPC and gRPC-Web leave `grpc-status` there, Connect its content type (that of a
 *   proxy's HTML page is another one). A server in the same process answers over Connect, too.
 * - Never sent is what `@pumice/grpc-transport` marks as such; of the stock transports' errors only those whose cause is
 *   ECONNREFUSED or REFUSED_STREAM. A call whose login failed was not sent either.
 *
 * Of a call that was repeated this is what became of its last attempt; see `retryInterceptor()` for the others.
 */
export function deliveryOf(error: unknown): Delivery {
  if (!(error instanceof ConnectError)) return "unknown";
  if (isLoginFailure(error)) return "never sent";
  const thrown = untranslated(error);
  if (isMarkedMayHaveArrived(thrown)) return "unknown";
  if (isAnswer(thrown)) return "answered";
  if (isMarkedNeverSent(thrown)) return "never sent";
  // An abort's cause is the caller's reason, which says nothing about this call.
  const isAbort = error.code === Code.Canceled || error.code === Code.DeadlineExceeded;
  return !isAbort && hasCause(thrown, isRefusal) ? "never sent" : "unknown";
}

/**
 * True if the connection broke before an answer came, in the words of the stock transports: connect-node says
 * `canceled` for a connection that died, `aborted` for ECONNRESET and `internal` for REFUSED_STREAM, Connect-Web
 * `unknown` for a fetch that failed. `@pumice/grpc-transport` says `unavailable`.
 */
export function isLostConnection(error: ConnectError): boolean {
  const thrown = untranslated(error);
  if (isAnswer(thrown)) return false;
  const { code } = thrown;
  if (code === Code.Canceled || code === Code.Aborted || code === Code.Unavailable) return true;
  return isNetworkError(thrown.cause) || (code === Code.Internal && hasCause(thrown, isRefusedStream));
}

/** What the transport threw before it was made an error of ours. */
function untranslated(error: ConnectError): ConnectError {
  let thrown = error;
  while (thrown instanceof PumiceError && thrown.cause instanceof ConnectError) thrown = thrown.cause;
  return thrown;
}

function isAnswer({ metadata }: ConnectError): boolean {
  if (metadata.has("grpc-status")) return true;
  const contentType = metadata.get("content-type") ?? "";
  return contentType.startsWith("application/json") || contentType.startsWith("application/connect+");
}

function hasCause(error: Error, isSuch: (cause: Error) => boolean): boolean {
  const seen = new Set<unknown>(); // a chain may bite its tail
  for (let { cause } = error; cause instanceof Error && !seen.has(cause); cause = cause.cause) {
    if (isSuch(cause)) return true;
    seen.add(cause);
  }
  return false;
}

function isRefusal(cause: Error): boolean {
  return ("code" in cause && cause.code === "ECONNREFUSED") || isRefusedStream(cause);
}

/** Node tells the reason of a reset in the text alone. */
function isRefusedStream(cause: Error): boolean {
  return "code" in cause && cause.code === "ERR_HTTP2_STREAM_ERROR" && /\bNGHTTP2_REFUSED_STREAM\b/.test(cause.message);
}
