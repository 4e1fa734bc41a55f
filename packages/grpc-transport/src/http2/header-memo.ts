import type { HeaderBlock } from "./header-block.js";

const SLOTS = 8;
const MAX_BLOCK_BYTES = 512;

/**
 * Remembers the last few header blocks by their bytes: once its table is settled, a server sends the same ones again
 * and again. Valid for one revision of the decoder's table.
 */
export class HeaderMemo {
  #entries: { readonly bytes: Uint8Array; readonly block: HeaderBlock }[] = [];
  #revision = 0;
  #oldest = 0;

  find(bytes: Uint8Array, revision: number): HeaderBlock | undefined {
    if (revision !== this.#revision) return undefined;
    for (const { bytes: known, block } of this.#entries) if (equalBytes(known, bytes)) return block;
    return undefined;
  }

  /** @param revision - The table's, unchanged by decoding the block: one that changes it cannot be repeated. */
  keep(bytes: Uint8Array, block: HeaderBlock, revision: number): void {
    if (bytes.length > MAX_BLOCK_BYTES) return;
    if (revision !== this.#revision) {
      this.#entries = [];
      this.#oldest = 0;
      this.#revision = revision;
    }
    this.#entries[this.#oldest] = { bytes: bytes.slice(), block };
    this.#oldest = this.#entries.length < SLOTS ? this.#entries.length : (this.#oldest + 1) % SLOTS;
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
