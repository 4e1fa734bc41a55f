import { create, toBinary } from "@bufbuild/protobuf";
import { ConnectError, encodeBinaryHeader, type HandlerContext } from "@connectrpc/connect";
import { ErrorResponseSchema } from "@pumice/stubs/umadb";
import { type ConflictText, conflictText } from "./conflict-text.js";
import { ConditionFailedError, type StoreError } from "./store-error.js";

/**
 * The error that a client is told of.
 *
 * Over gRPC and gRPC-Web its details are what UmaDB sends: a bare ErrorResponse where a `google.rpc.Status` is expected.
 * It goes into the trailers, as Connect 2.2 does not take it from an error's metadata. The Connect protocol has no such
 * place; there it is a typed detail.
 */
export function errorAnswer(error: StoreError, context: HandlerContext, texts: ConflictText): ConnectError {
  const { code, errorType } = error;
  const message = error instanceof ConditionFailedError ? conflictText(error, texts) : error.message;
  const response = create(ErrorResponseSchema, { message, errorType });
  if (context.protocolName === "connect") {
    return new ConnectError(message, code, undefined, [{ desc: ErrorResponseSchema, value: response }]);
  }
  const bare = encodeBinaryHeader(toBinary(ErrorResponseSchema, response));
  context.responseTrailer.set("grpc-status-details-bin", bare);
  return new ConnectError(message, code);
}
