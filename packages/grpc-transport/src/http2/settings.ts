import { ErrorCode } from "./error-code.js";
import { defaultMaxFrameSize, encodeFrame, FrameType, readUint16, readUint32, writeUint32 } from "./frames.js";
import { ProtocolError } from "./protocol-error.js";

/** RFC 9113 section 6.5.2. */
export const SettingId = {
  HeaderTableSize: 0x1,
  EnablePush: 0x2,
  MaxConcurrentStreams: 0x3,
  InitialWindowSize: 0x4,
  MaxFrameSize: 0x5,
} as const;

/** The window of a stream or connection nobody has changed (RFC 9113 section 6.9.2). */
export const defaultWindowSize: number = 65_535;
/** The largest a flow-control window may become (RFC 9113 section 6.9.1). */
export const maxWindowSize: number = 0x7fffffff;

const SETTING_BYTES = 6;
const LARGEST_FRAME_SIZE = 0xffffff;

/** What a server's SETTINGS change about what we may send. Absent: unchanged. */
export interface PeerSettings {
  headerTableSize?: number;
  maxConcurrentStreams?: number;
  initialWindowSize?: number;
}

/**
 * Reads the payload of a server's SETTINGS; unknown ones are ignored, of repeated ones the last counts.
 *
 * @throws {@link ProtocolError} for a length or value the RFC forbids.
 */
export function parseSettings(payload: Uint8Array): PeerSettings {
  if (payload.length % SETTING_BYTES !== 0) {
    throw new ProtocolError("SETTINGS end inside a setting", ErrorCode.FrameSizeError);
  }
  const settings: PeerSettings = {};
  for (let position = 0; position < payload.length; position += SETTING_BYTES) {
    applySetting(settings, readUint16(payload, position), readUint32(payload, position + 2));
  }
  return settings;
}

export function encodeSettings(settings: readonly (readonly [id: number, value: number])[]): Uint8Array {
  const payload = new Uint8Array(settings.length * SETTING_BYTES);
  for (const [i, [id, value]] of settings.entries()) {
    payload[i * SETTING_BYTES] = id >>> 8;
    payload[i * SETTING_BYTES + 1] = id;
    writeUint32(payload, i * SETTING_BYTES + 2, value);
  }
  return encodeFrame(FrameType.Settings, 0, 0, payload);
}

function applySetting(settings: PeerSettings, id: number, value: number): void {
  switch (id) {
    case SettingId.HeaderTableSize:
      settings.headerTableSize = value;
      break;
    case SettingId.EnablePush:
      // Only a client may allow pushes.
      if (value !== 0) throw new ProtocolError("The server sets ENABLE_PUSH", ErrorCode.ProtocolError);
      break;
    case SettingId.MaxConcurrentStreams:
      settings.maxConcurrentStreams = value;
      break;
    case SettingId.InitialWindowSize:
      if (value > maxWindowSize) {
        throw new ProtocolError(`An initial window of ${value} is too large`, ErrorCode.FlowControlError);
      }
      settings.initialWindowSize = value;
      break;
    case SettingId.MaxFrameSize:
      if (value < defaultMaxFrameSize || value > LARGEST_FRAME_SIZE) {
        throw new ProtocolError(`A maximum frame size of ${value} is out of range`, ErrorCode.ProtocolError);
      }
      break; // our frames keep to the smallest limit there is
  }
}
