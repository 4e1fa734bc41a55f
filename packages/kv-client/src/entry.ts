import { toText } from "@pumice/client-core";
import type { KvEntry } from "./kv-client.js";

/** An entry over the bytes that came in; they are decoded when asked for. */
export function kvEntry(key: Uint8Array, value: Uint8Array): KvEntry {
  return new Entry(plainView(key), plainView(value));
}

// A class, so that `key`, which may throw, is no property of its own: an entry can be spread, logged and compared.
class Entry implements KvEntry {
  constructor(
    readonly keyBytes: Uint8Array,
    readonly bytes: Uint8Array,
  ) {}

  get key(): string {
    return toText(this.keyBytes, "key");
  }

  text(): string {
    return toText(this.bytes, "value");
  }

  json(): unknown {
    return JSON.parse(this.text());
  }
}

/** Some transports hand out a Node Buffer, whose slice(), toString() and JSON are not those of a Uint8Array. */
export function plainView(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
