import { defaultMaxFrameSize, Flag, FrameType, frameHeaderBytes, writeFrameHeader } from "./frames.js";
import { noDynamicTable } from "./hpack-encoder.js";
import type { OutputBuffer } from "./output-buffer.js";

/** Writes encoded header blocks: HEADERS, and CONTINUATION for what does not fit (RFC 9113 sections 6.2 and 6.10). */
export class HeaderWriter {
  readonly #output: OutputBuffer;
  #tableUpdateDue = false;

  constructor(output: OutputBuffer) {
    this.#output = output;
  }

  /** The server changed its table's size: the start of the next block acknowledges it (RFC 7541 section 4.2). */
  tableChanged(): void {
    this.#tableUpdateDue = true;
  }

  write(streamId: number, block: Uint8Array, endStream: boolean): void {
    let rest = block;
    if (this.#tableUpdateDue) {
      this.#tableUpdateDue = false;
      rest = Buffer.concat([noDynamicTable, block]);
    }
    let type: number = FrameType.Headers;
    let flags: number = endStream ? Flag.EndStream : 0;
    do {
      const size = Math.min(rest.length, defaultMaxFrameSize);
      if (size === rest.length) flags |= Flag.EndHeaders;
      const { target, position } = this.#output.reserve(frameHeaderBytes);
      writeFrameHeader(target, position, size, type, flags, streamId);
      this.#output.append(rest.subarray(0, size));
      rest = rest.subarray(size);
      type = FrameType.Continuation;
      flags = 0;
    } while (rest.length > 0);
  }
}
