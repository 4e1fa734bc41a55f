import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorCode } from "./http2/error-code.js";
import type { StreamFailure } from "./http2/stream.js";
import { markNeverSent } from "./never-sent.js";

/** What a stream that ended before its response means to the caller. */
export function failureError(failure: StreamFailure): ConnectError {
  const error = new ConnectError(failure.message, failureCode(failure), undefined, undefined, failure.cause);
  return failure.neverSent ? markNeverSent(error) : error;
}

/** A lost, refused or broken-off connection: nothing is wrong with the call, another attempt may find the server. */
function failureCode(failure: StreamFailure): Code {
  switch (failure.by) {
    case "connection":
      return Code.Unavailable;
    case "client":
      return Code.Internal;
    case "server":
      return codeFromReset(failure.errorCode);
  }
}

/** The table of gRPC over HTTP/2, section "Errors". */
function codeFromReset(errorCode: number): Code {
  switch (errorCode) {
    case ErrorCode.RefusedStream:
      return Code.Unavailable;
    case ErrorCode.Cancel:
      return Code.Canceled;
    case ErrorCode.EnhanceYourCalm:
      return Code.ResourceExhausted;
    case ErrorCode.InadequateSecurity:
    case ErrorCode.Http11Required:
      return Code.PermissionDenied;
    default:
      return Code.Internal;
  }
}
