// What a server writes, right and wrong: nothing here checks anything.

export const type = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

export const setting = { tableSize: 1, push: 2, maxStreams: 3, initialWindow: 4, maxFrame: 5 } as const;

/** @param claimedLength - What the header says; the payload's own length if it is honest. */
export function frame(
  frameType: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = new Uint8Array(0),
  claimedLength: number = payload.length,
): Buffer {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(claimedLength, 0, 3);
  bytes[3] = frameType;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId >>> 0, 5);
  bytes.set(payload, 9);
  return bytes;
}

export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6);
  for (const [i, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, i * 6);
    payload.writeUInt32BE(value, i * 6 + 2);
  }
  return frame(type.settings, 0, 0, payload);
}

export function goawayFrame(lastStreamId: number, errorCode: number, text = ""): Buffer {
  return frame(type.goaway, 0, 0, Buffer.concat([uint32(lastStreamId), uint32(errorCode), Buffer.from(text)]));
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Fields as literals without indexing and without Huffman. */
export function headerBlock(fields: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [Buffer.of(0), hpackString(name), hpackString(value)]),
  );
}

/** A gRPC message behind its prefix. */
export function grpcMessage(payload: Uint8Array, claimedLength: number = payload.length, flags = 0): Buffer {
  return Buffer.concat([Buffer.of(flags), uint32(claimedLength), payload]);
}

export const responseHeaders: Buffer = headerBlock({ ":status": "200", "content-type": "application/grpc" });
export const okTrailers: Buffer = headerBlock({ "grpc-status": "0" });

function hpackString(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  return Buffer.concat([hpackLength(bytes.length), bytes]);
}

function hpackLength(length: number): Buffer {
  if (length < 127) return Buffer.of(length);
  const bytes = [127];
  let rest = length - 127;
  for (; rest >= 128; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.of(...bytes, rest);
}
