import { Code, ConnectError, decodeBinaryHeader } from "@connectrpc/connect";
import type { HeaderBlock } from "./http2/header-block.js";
import { fieldValue, toHeaders } from "./metadata.js";
import { decodeStatusDetails } from "./status-details.js";

/** What became of a call, as the server said it. */
export interface StatusParts {
  readonly code: Code;
  readonly message: string;
  readonly details: ConnectError["details"];
}

/**
 * Reads a `grpc-status-details-bin` that holds something else than `google.rpc.Status`.
 *
 * @param raw - The decoded bytes.
 * @param status - What `grpc-status` and `grpc-message` say.
 * @returns What replaces parts of the status; undefined leaves the bytes to be read by the book.
 */
export type TranslateStatusDetails = (
  raw: Uint8Array,
  status: { readonly code: Code; readonly message: string },
) => Partial<StatusParts> | undefined;

const HIGHEST_CODE: number = Code.Unauthenticated;

/** Why the headers of a response are none of gRPC; undefined if they are. */
export function headerError(block: HeaderBlock, contentTypes: ReadonlySet<string>): ConnectError | undefined {
  if (block.status !== 200) {
    return new ConnectError(`HTTP ${block.status}`, codeFromHttpStatus(block.status), toHeaders(block.fields));
  }
  const contentType = fieldValue(block.fields, "content-type") ?? "";
  const [mediaType = ""] = contentType.split(";", 1);
  if (contentTypes.has(mediaType.trim().toLowerCase())) return undefined;
  return new ConnectError(
    `Unsupported content type ${JSON.stringify(contentType)}`,
    Code.Unknown,
    toHeaders(block.fields),
  );
}

/**
 * The error a finished response ends with; undefined for status 0.
 *
 * @param header - The response headers, which are the trailers too if nothing else came.
 * @param trailer - What came last.
 */
export function statusError(
  header: HeaderBlock,
  trailer: HeaderBlock,
  translate: TranslateStatusDetails | undefined,
): ConnectError | undefined {
  const status = fieldValue(trailer.fields, "grpc-status");
  if (status === "0") return undefined;
  const metadata = header === trailer ? toHeaders(header.fields) : toHeaders(header.fields, trailer.fields);
  if (status === undefined) return new ConnectError("The response has no grpc-status", Code.Internal, metadata);
  const number = /^\d{1,3}$/.test(status) ? Number(status) : -1;
  if (number === 0) return undefined;
  if (number < 1 || number > HIGHEST_CODE) {
    return new ConnectError(`Invalid grpc-status: ${JSON.stringify(status)}`, Code.Internal, metadata);
  }
  const parts = statusParts(trailer.fields, number, translate);
  const error = new ConnectError(parts.message, parts.code, metadata);
  error.details = parts.details;
  markAsWireError(error);
  return error;
}

/** From the gRPC specification, "HTTP to gRPC status code mapping". */
export function codeFromHttpStatus(status: number): Code {
  switch (status) {
    case 400:
      return Code.Internal;
    case 401:
      return Code.Unauthenticated;
    case 403:
      return Code.PermissionDenied;
    case 404:
      return Code.Unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return Code.Unavailable;
    default:
      return Code.Unknown;
  }
}

function statusParts(
  fields: readonly string[],
  code: Code,
  translate: TranslateStatusDetails | undefined,
): StatusParts {
  const status = { code, message: percentDecoded(fieldValue(fields, "grpc-message") ?? ""), details: [] };
  const encoded = fieldValue(fields, "grpc-status-details-bin");
  if (encoded === undefined) return status;
  try {
    const raw = decodeBinaryHeader(encoded);
    const translated = translate?.(raw, status);
    if (translated) return { ...status, ...translated };
    const { code: detailedCode, message, details } = decodeStatusDetails(raw);
    // Details say the same as the status, and win if they do not; without a valid code they are something else.
    if (detailedCode < 1 || detailedCode > HIGHEST_CODE) return status;
    return { code: detailedCode, message, details };
  } catch {
    return status; // broken details must not hide the status
  }
}

const escapes: RegExp = /(?:%[0-9a-f]{2})+/gi;
const utf8: TextDecoder = new TextDecoder();

/**
 * `grpc-message` is percent-encoded UTF-8. What is not is taken as it stands: an oversized value is cut anywhere, also
 * inside an escape or a character.
 */
function percentDecoded(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(escapes, (run) => utf8.decode(Buffer.from(run.replaceAll("%", ""), "hex")));
}

/** Connect 2.2 keeps the metadata of errors from the wire away from a server that passes them on. */
function markAsWireError(error: ConnectError): void {
  if ("isWireError" in error) error.isWireError = true;
}
