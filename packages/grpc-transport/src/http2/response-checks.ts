import { ErrorCode } from "./error-code.js";
import type { HeaderBlock } from "./header-block.js";
import { ProtocolError } from "./protocol-error.js";
import type { OpenStream } from "./stream.js";

/**
 * What a padded frame holds (RFC 9113 section 6.1).
 *
 * @throws {@link ProtocolError} for padding that fills the frame or more.
 */
export function withoutPadding(payload: Uint8Array): Uint8Array {
  const [padding] = payload;
  if (padding === undefined) throw new ProtocolError("A padded frame is empty", ErrorCode.FrameSizeError);
  if (padding >= payload.length)
    throw new ProtocolError("The padding is longer than its frame", ErrorCode.ProtocolError);
  return payload.subarray(1, payload.length - padding);
}

/** Why a response's header block is none, if so (section 8.3.2). */
export function headerProblem(block: HeaderBlock, endStream: boolean): string | undefined {
  if (block.status === 0) return "it has no :status";
  if (block.status === 101) return "it switches protocols";
  return block.status < 200 && endStream ? "an interim response ends it" : undefined;
}

/** Why a block after the headers is no trailer, if so (section 8.1). */
export function trailerProblem(block: HeaderBlock, endStream: boolean): string | undefined {
  if (block.status !== 0) return "its trailers have a :status";
  return endStream ? undefined : "its trailers do not end it";
}

/** Whether the body contradicts its content-length (section 8.1.1). */
export function hasWrongLength(open: OpenStream, complete: boolean): boolean {
  if (open.contentLength < 0) return false;
  return open.bodyBytes > open.contentLength || (complete && open.bodyBytes < open.contentLength);
}
