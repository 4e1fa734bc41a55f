import { fromBinary } from "@bufbuild/protobuf";
import { ErrorResponseSchema } from "@pumice/stubs/umadb";

/**
 * Reads the bare ErrorResponse that UmaDB puts where gRPC expects a `google.rpc.Status`; the option
 * `translateStatusDetails` of `@pumice/grpc-transport`.
 *
 * @returns Undefined for anything else, also for an ErrorResponse that was too long to arrive whole.
 */
export function errorResponseDetails(raw: Uint8Array): { details: { type: string; value: Uint8Array }[] } | undefined {
  if (raw[0] === 0x08) return undefined; // the tag of Status.code: a proxy has made one of it
  try {
    fromBinary(ErrorResponseSchema, raw);
    return { details: [{ type: ErrorResponseSchema.typeName, value: raw }] };
  } catch {
    return undefined;
  }
}
