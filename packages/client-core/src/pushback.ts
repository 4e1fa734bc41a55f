import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { ConnectError } from "@connectrpc/connect";

/**
 * How long the server wants a caller to wait before the next attempt, in milliseconds; Infinity if it wants none, and
 * undefined if it says nothing.
 *
 * `grpc-retry-pushback-ms` (gRFC A6: a negative or malformed value forbids a retry) goes before the error detail
 * `google.rpc.RetryInfo`.
 */
export function pushbackMs(error: ConnectError): number | undefined {
  const header = error.metadata.get("grpc-retry-pushback-ms");
  if (header !== null) return /^\d{1,10}$/.test(header.trim()) ? Number(header) : Number.POSITIVE_INFINITY;
  for (const detail of error.details) {
    if (!("value" in detail) || !("type" in detail) || detail.type !== "google.rpc.RetryInfo") continue;
    return retryDelayMs(detail.value);
  }
  return undefined;
}

/** google.rpc.RetryInfo is `Duration retry_delay = 1`; undefined if it is none. */
function retryDelayMs(retryInfo: Uint8Array): number | undefined {
  try {
    const delay = readField(retryInfo, 1, (reader) => reader.bytes());
    return delay && durationMs(delay);
  } catch {
    return undefined; // broken details must not hide the error that they came with
  }
}

/** google.protobuf.Duration is `int64 seconds = 1; int32 nanos = 2`. */
function durationMs(duration: Uint8Array): number {
  const seconds = Number(readField(duration, 1, (reader) => reader.int64()) ?? 0);
  const nanos = readField(duration, 2, (reader) => reader.int32()) ?? 0;
  const ms = seconds * 1000 + nanos / 1_000_000;
  return ms < 0 ? Number.POSITIVE_INFINITY : Math.ceil(ms);
}

/** The last value of a field. */
function readField<T>(message: Uint8Array, wanted: number, read: (reader: BinaryReader) => T): T | undefined {
  const reader = new BinaryReader(message);
  let value: T | undefined;
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === wanted) value = read(reader);
    else reader.skip(wireType, field);
  }
  return value;
}
