/** Bytes of the longest request that the server receives: 4 MiB. */
export const maxMessageBytes = 4_194_304;

/** One write, by key, value and family. */
export interface Write {
  readonly key: Uint8Array<ArrayBuffer>;
  /** Absent for a deletion. */
  readonly value?: Uint8Array<ArrayBuffer> | undefined;
  /** Empty for the default family. */
  readonly cfName: string;
}

/**
 * Checks that a put or a delete of its own fits into a message.
 *
 * @throws RangeError that names the sizes.
 */
export function checkWriteSize(write: Write): void {
  const bytes = writeBytes(write);
  if (bytes > maxMessageBytes) throw new RangeError(`Cannot ${described(write)}: ${tooLong("the message", bytes)}`);
}

/**
 * Checks that a get or a scan fits into a message.
 *
 * @param action - What it does, for the error.
 * @param snapshot - The timestamp that it also sends; 0 is not sent.
 * @throws RangeError that names the sizes.
 */
export function checkReadSize(action: string, read: Pick<Write, "key" | "cfName">, snapshot = 0n): void {
  const bytes = writeBytes(read) + timestampBytes(snapshot);
  if (bytes <= maxMessageBytes) return;
  throw new RangeError(`Cannot ${action} of ${read.key.length} bytes: ${tooLong("the message", bytes)}`);
}

/**
 * Checks that a transaction that holds one more write can be committed in one message.
 *
 * @param bytes - Of the whole commit, this write included.
 * @throws RangeError that names the sizes.
 */
export function checkCommitSize(write: Write, bytes: number): void {
  if (bytes <= maxMessageBytes) return;
  throw new RangeError(
    `Cannot ${described(write)} in this transaction: ${tooLong("the commit with all writes", bytes)}`,
  );
}

/** Bytes of a PutRequest or DeleteRequest: key, value and family, each in a field with a number below 16. */
export function writeBytes({ key, value, cfName }: Write): number {
  return fieldBytes(key.length) + fieldBytes(value?.length ?? 0) + fieldBytes(utf8Length(cfName));
}

/** Bytes that a write adds to a CommitTxnRequest: a TxnOp in a field of its own; for a put, proto3 leaves `op` out. */
export function operationBytes(write: Write): number {
  return framedBytes(writeBytes(write) + (write.value ? 0 : 2));
}

/** Bytes of a CommitTxnRequest without operations. */
export function commitBytes(transactionId: string): number {
  return fieldBytes(utf8Length(transactionId));
}

function described({ key, value }: Write): string {
  if (!value) return `delete a key of ${key.length} bytes`;
  return `put a key of ${key.length} bytes with a value of ${value.length} bytes`;
}

function tooLong(what: string, bytes: number): string {
  return `${what} would have ${bytes} bytes, and the server takes at most ${maxMessageBytes}`;
}

/** proto3 leaves an empty field out. */
function fieldBytes(length: number): number {
  return length === 0 ? 0 : framedBytes(length);
}

function framedBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

function varintBytes(value: number): number {
  return Math.max(1, Math.ceil((32 - Math.clz32(value)) / 7));
}

/** proto3 leaves 0 out; others are a tag, and a byte for each 7 bits. */
function timestampBytes(timestamp: bigint): number {
  return timestamp === 0n ? 0 : 1 + Math.ceil(timestamp.toString(2).length / 7);
}

function utf8Length(text: string): number {
  return text === "" ? 0 : new TextEncoder().encode(text).length;
}
