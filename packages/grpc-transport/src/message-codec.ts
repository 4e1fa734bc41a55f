import {
  type BinaryReadOptions,
  type BinaryWriteOptions,
  create,
  type DescMessage,
  fromBinary,
  fromJsonString,
  type JsonReadOptions,
  type JsonWriteOptions,
  type Message,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";

/** Turns messages of one type into bytes and back. */
export interface MessageCodec {
  /** Takes the message, or a literal that leaves fields out. */
  encode(message: object): Uint8Array;
  /** The result may keep views of the bytes. */
  decode(bytes: Uint8Array): Message;
}

// The casts below: whether a literal fits the message was checked where the client was called.

/** Protobuf-es' own binary codec. */
export function binaryCodec(
  desc: DescMessage,
  options: Partial<BinaryReadOptions & BinaryWriteOptions> | undefined,
): MessageCodec {
  return {
    encode: (message) => toBinary(desc, create(desc, message as Record<string, unknown>), options),
    decode: (bytes) => fromBinary(desc, bytes, options),
  };
}

/** The JSON format; unknown fields are ignored unless the options say otherwise. */
export function jsonCodec(
  desc: DescMessage,
  options: Partial<JsonReadOptions & JsonWriteOptions> | undefined,
): MessageCodec {
  const settings = { ignoreUnknownFields: true, ...options };
  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return {
    encode: (message) => encoder.encode(toJsonString(desc, create(desc, message as Record<string, unknown>), settings)),
    decode: (bytes) => fromJsonString(desc, decoder.decode(bytes), settings),
  };
}
