import { fromBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { decodeBinaryHeader, encodeBinaryHeader } from "@connectrpc/connect";
import { ErrorResponseSchema } from "@pumice/stubs/umadb";

/** The header that holds the details of an error. */
export const detailsHeader = "grpc-status-details-bin";

/**
 * The details of an error as gRPC wants them. UmaDB sends a bare ErrorResponse where a `google.rpc.Status` is expected;
 * here it becomes one of the Status's details.
 *
 * @param code - What `grpc-status` says.
 * @param encoded - What `grpc-status-details-bin` says.
 * @returns Undefined if the header cannot be read, or if there is no error: without it, code and text are right.
 */
export function exactStatus(code: number, encoded: string): string | undefined {
  if (!(code > 0)) return undefined; // as a Status it would say that all went well
  try {
    const raw = decodeBinaryHeader(encoded);
    if (raw[0] === statusBegins) return encoded; // somebody on the way has done it already
    const { message } = fromBinary(ErrorResponseSchema, raw);
    const any = new BinaryWriter().tag(1, 2).string(`type.googleapis.com/${ErrorResponseSchema.typeName}`);
    const detail = any.tag(2, 2).bytes(raw).finish();
    const status = new BinaryWriter().tag(1, 0).int32(code).tag(2, 2).string(message).tag(3, 2).bytes(detail);
    return encodeBinaryHeader(status.finish());
  } catch {
    return undefined;
  }
}

/** The tag of `google.rpc.Status.code`, a number; field 1 of an ErrorResponse is a text. */
const statusBegins = 0x08;

/** Corrects the details in headers or trailers. */
export function correctDetails(headers: Headers): void {
  const encoded = headers.get(detailsHeader);
  if (encoded === null) return;
  const exact = exactStatus(Number(headers.get("grpc-status")), encoded);
  if (exact === undefined) headers.delete(detailsHeader);
  else headers.set(detailsHeader, exact);
}
