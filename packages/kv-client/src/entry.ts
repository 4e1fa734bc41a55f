import { toText } from "@pumice/client-core";
import type { KvEntry } from "./kv-client.js";

/** An entry over the bytes that came in; they are decoded when asked for. */
export function kvEntry(keyBytes: Uint8Array, bytes: Uint8Array): KvEntry {
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
