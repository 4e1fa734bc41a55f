import { Code, type ConnectError } from "@connectrpc/connect";
import isNetworkError from "is-network-error";

/**
 * True if a server sent this error, false if the transport made it up.
 *
 * An answer shows in the metadata: gRPC and gRPC-Web leave `grpc-status` there, Connect its content type (that of a
 * proxy's HTML page is another one). An in-process server answers over Connect, too.
 */
export function isAnswered(error: ConnectError): boolean {
  if (error.metadata.has("grpc-status")) return true;
  const contentType = error.metadata.get("content-type") ?? "";
  return contentType.startsWith("application/json") || contentType.startsWith("application/connect+");
}

/**
 * True if the connection broke before an answer came, in the words of the stock transports: connect-node says
 * `canceled` for a connection that died and `aborted` for ECONNRESET, Connect-Web `unknown` for a fetch that failed.
 */
export function isLostConnection(error: ConnectError): boolean {
  if (isAnswered(error)) return false;
  if (error.code === Code.Canceled || error.code === Code.Aborted) return true;
  return isNetworkError(error.cause);
}
