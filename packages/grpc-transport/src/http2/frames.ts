/** RFC 9113 section 6. */
export const FrameType = {
  Data: 0x0,
  Headers: 0x1,
  Priority: 0x2,
  RstStream: 0x3,
  Settings: 0x4,
  PushPromise: 0x5,
  Ping: 0x6,
  Goaway: 0x7,
  WindowUpdate: 0x8,
  Continuation: 0x9,
} as const;

export const Flag = {
  /** DATA and HEADERS. */
  EndStream: 0x1,
  /** SETTINGS and PING. */
  Ack: 0x1,
  /** HEADERS and CONTINUATION. */
  EndHeaders: 0x4,
  /** DATA and HEADERS. */
  Padded: 0x8,
  /** HEADERS. */
  Priority: 0x20,
} as const;

/** Length, type, flags and stream of a frame (RFC 9113 section 4.1). */
export const frameHeaderBytes: number = 9;

/** The largest payload either side may send unless told otherwise (RFC 9113 section 6.5.2). */
export const defaultMaxFrameSize: number = 16_384;

/** What a client says first (RFC 9113 section 3.4). */
export const connectionPreface: Uint8Array = /* @__PURE__ */ Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** Writes the 9 bytes before a payload of `length`. */
export function writeFrameHeader(
  target: Uint8Array,
  position: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  target[position] = length >>> 16;
  target[position + 1] = length >>> 8;
  target[position + 2] = length;
  target[position + 3] = type;
  target[position + 4] = flags;
  writeUint32(target, position + 5, streamId);
}

/** A frame in a buffer of its own. */
export function encodeFrame(type: number, flags: number, streamId: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(frameHeaderBytes + payload.length);
  writeFrameHeader(frame, 0, payload.length, type, flags, streamId);
  frame.set(payload, frameHeaderBytes);
  return frame;
}

/** RFC 9113 section 6.4. */
export function encodeRstStream(streamId: number, errorCode: number): Uint8Array {
  return encodeFrame(FrameType.RstStream, 0, streamId, uint32(errorCode));
}

/** RFC 9113 section 6.8. */
export function encodeGoaway(lastStreamId: number, errorCode: number, debugText = ""): Uint8Array {
  const payload = Buffer.alloc(8 + Buffer.byteLength(debugText));
  writeUint32(payload, 0, lastStreamId);
  writeUint32(payload, 4, errorCode);
  payload.write(debugText, 8);
  return encodeFrame(FrameType.Goaway, 0, 0, payload);
}

/** RFC 9113 section 6.9. */
export function encodeWindowUpdate(streamId: number, increment: number): Uint8Array {
  return encodeFrame(FrameType.WindowUpdate, 0, streamId, uint32(increment));
}

export function readUint32(source: Uint8Array, position: number): number {
  return ((readUint16(source, position) << 16) | readUint16(source, position + 2)) >>> 0;
}

export function readUint16(source: Uint8Array, position: number): number {
  return ((source[position] ?? 0) << 8) | (source[position + 1] ?? 0);
}

/** The 31 bits of a stream id, a window increment or the like; the reserved bit is ignored (RFC 9113 section 4.1). */
export function readUint31(source: Uint8Array, position: number): number {
  return readUint32(source, position) & 0x7fffffff;
}

export function writeUint32(target: Uint8Array, position: number, value: number): void {
  target[position] = value >>> 24;
  target[position + 1] = value >>> 16;
  target[position + 2] = value >>> 8;
  target[position + 3] = value;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeUint32(bytes, 0, value);
  return bytes;
}
