import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { ErrorResponseSchema, ErrorResponse_ErrorType as WireType } from "@pumice/stubs/umadb";
import { isTrackingText } from "./error-type.js";

/**
 * A transport whose conflicts have short texts. UmaDB's dump the condition and the event in the way, its data included:
 * nothing outside this transport gets to see them, no hook, no log and no error's metadata, details or cause.
 */
export function withShortConflicts(transport: Transport): Transport {
  return {
    async unary(...call) {
      try {
        return await transport.unary(...call);
      } catch (error) {
        throw isConflict(error) ? shortened(error) : error;
      }
    },
    stream: (...call) => transport.stream(...call),
  };
}

function isConflict(error: unknown): error is ConnectError {
  return error instanceof ConnectError && error.code === Code.FailedPrecondition;
}

function shortened({ code, rawMessage, metadata }: ConnectError): ConnectError {
  const message = isTrackingText(rawMessage)
    ? "Cannot append: non-increasing tracking position, the stored one is not below it"
    : "Cannot append: an event that matches the condition was stored since";
  const kept = new Headers(metadata);
  kept.delete("grpc-message");
  kept.delete("grpc-status-details-bin");
  const error = new ConnectError(message, code, kept);
  const response = create(ErrorResponseSchema, { message, errorType: WireType.INTEGRITY });
  error.details = [{ type: ErrorResponseSchema.typeName, value: toBinary(ErrorResponseSchema, response) }];
  return error;
}
