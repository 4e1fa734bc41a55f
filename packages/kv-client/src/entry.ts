import { toText } from "@pumice/client-core";
import type { KvEntry } from "./kv-client.js";

/** An entry over the bytes that came in; they are decoded when asked for. */
export function kvEntry(key: Uint8Array, value: Uint8Array): KvEntry {
  const keyBytes = plainView(key);
  const bytes = plainView(value);
  const text = () => toText(bytes, "value");
  return {
    keyBytes,
    get key() {
      return toText(keyBytes, "key");
    },
    bytes,
    text,
    json: () => JSON.parse(text()),
  };
}

/** Some transports hand out a Node Buffer, whose slice(), toString() and JSON are not those of a Uint8Array. */
function plainView(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
