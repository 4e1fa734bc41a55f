const SLAB_BYTES = 65_536;
/** Below this, copying is cheaper than one more piece to write. */
const COPY_BELOW_BYTES = 4096;

/** Collects what is to be written. Small pieces are copied together, large ones are passed on as they are. */
export class OutputBuffer {
  #slab: Uint8Array = Buffer.allocUnsafeSlow(SLAB_BYTES);
  /** Bytes of the slab before this one were handed over: they belong to the socket. */
  #start = 0;
  #end = 0;
  #parts: Uint8Array[] = [];
  #partBytes = 0;

  get length(): number {
    return this.#partBytes + this.#end - this.#start;
  }

  /** Gives room for exactly `size` bytes, at most 4096, which the caller fills before anything else is called. */
  reserve(size: number): { readonly target: Uint8Array; readonly position: number } {
    if (this.#end + size > SLAB_BYTES) this.#renew();
    const position = this.#end;
    this.#end += size;
    return { target: this.#slab, position };
  }

  append(bytes: Uint8Array): void {
    if (bytes.length < COPY_BELOW_BYTES) {
      const { target, position } = this.reserve(bytes.length);
      target.set(bytes, position);
      return;
    }
    this.#seal();
    this.#parts.push(bytes);
    this.#partBytes += bytes.length;
  }

  /** Hands over everything, in order. */
  take(): Uint8Array[] {
    this.#seal();
    const parts = this.#parts;
    this.#parts = [];
    this.#partBytes = 0;
    return parts;
  }

  #renew(): void {
    this.#seal();
    this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    this.#start = 0;
    this.#end = 0;
  }

  #seal(): void {
    if (this.#end === this.#start) return;
    this.#parts.push(this.#slab.subarray(this.#start, this.#end));
    this.#partBytes += this.#end - this.#start;
    this.#start = this.#end;
  }
}
