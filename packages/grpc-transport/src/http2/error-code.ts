/** RFC 9113 section 7. */
export const ErrorCode = {
  NoError: 0x0,
  ProtocolError: 0x1,
  InternalError: 0x2,
  FlowControlError: 0x3,
  SettingsTimeout: 0x4,
  StreamClosed: 0x5,
  FrameSizeError: 0x6,
  RefusedStream: 0x7,
  Cancel: 0x8,
  CompressionError: 0x9,
  ConnectError: 0xa,
  EnhanceYourCalm: 0xb,
  InadequateSecurity: 0xc,
  Http11Required: 0xd,
} as const;

const names = new Map<number, string>([
  [0x0, "NO_ERROR"],
  [0x1, "PROTOCOL_ERROR"],
  [0x2, "INTERNAL_ERROR"],
  [0x3, "FLOW_CONTROL_ERROR"],
  [0x4, "SETTINGS_TIMEOUT"],
  [0x5, "STREAM_CLOSED"],
  [0x6, "FRAME_SIZE_ERROR"],
  [0x7, "REFUSED_STREAM"],
  [0x8, "CANCEL"],
  [0x9, "COMPRESSION_ERROR"],
  [0xa, "CONNECT_ERROR"],
  [0xb, "ENHANCE_YOUR_CALM"],
  [0xc, "INADEQUATE_SECURITY"],
  [0xd, "HTTP_1_1_REQUIRED"],
]);

/** The name the RFC gives a code; the peer may send others. */
export function errorCodeName(code: number): string {
  return names.get(code) ?? `error code 0x${code.toString(16)}`;
}
