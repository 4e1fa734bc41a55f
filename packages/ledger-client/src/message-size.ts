import { type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";

/** What is measured, and for what. */
export interface MessageBulk {
  /** For the error. */
  readonly action: string;
  /** Bytes of what makes such a message long; all besides must be below 8 MiB. */
  readonly bulkBytes: number;
}

/**
 * Checks that a request fits into a message: a longer one is never answered, and its unsent rest ruins the connection for
 * others.
 *
 * @throws RangeError that names the sizes.
 */
export function checkMessageSize<S extends DescMessage>(
  schema: S,
  request: MessageShape<S>,
  { action, bulkBytes }: MessageBulk,
): void {
  if (bulkBytes < maxMessageBytes / 2) return;
  const bytes = toBinary(schema, request).length;
  if (bytes <= maxMessageBytes) return;
  throw new RangeError(`Cannot ${action}: the message must have at most ${maxMessageBytes} bytes, got ${bytes}`);
}

/** Bytes of the longest request that the server receives, with the wrapping of a verifiable one. */
const maxMessageBytes = 33_554_432 - 32;
