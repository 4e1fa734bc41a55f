import { ErrorCode } from "./error-code.js";
import { Flag } from "./frames.js";
import { checkHeaders, type HeaderBlock } from "./header-block.js";
import { HeaderMemo } from "./header-memo.js";
import { HpackDecoder } from "./hpack-decoder.js";
import { ProtocolError } from "./protocol-error.js";

/** A response's headers or trailers. */
export interface ReceivedHeaders {
  readonly streamId: number;
  readonly endStream: boolean;
  readonly block: HeaderBlock;
}

/** What the end of a call is read from: kept however large the list is. */
const KEPT: ReadonlySet<string> = new Set([":status", "content-type", "grpc-status", "grpc-message"]);

/** Puts HEADERS and CONTINUATION together (RFC 9113 section 4.3) and decodes them as they come. */
export class HeaderReceiver {
  readonly #decoder: HpackDecoder;
  readonly #memo: HeaderMemo = new HeaderMemo();
  readonly #maxBlockBytes: number;
  #streamId = 0;
  #endStream = false;
  #blockBytes = 0;

  constructor(maxBlockBytes: number, maxHeaderValueBytes: number | undefined) {
    this.#decoder = new HpackDecoder({ maxValueBytes: maxHeaderValueBytes, keep: KEPT });
    this.#maxBlockBytes = maxBlockBytes;
  }

  /** The stream whose block goes on in the next frame: no other frame may come in between. 0 if there is none. */
  get unfinishedStreamId(): number {
    return this.#streamId;
  }

  /** Takes the fragment of a HEADERS frame; a result if it is the whole block. */
  begin(streamId: number, flags: number, fragment: Uint8Array): ReceivedHeaders | undefined {
    const endStream = (flags & Flag.EndStream) !== 0;
    if ((flags & Flag.EndHeaders) !== 0) return { streamId, endStream, block: this.#wholeBlock(fragment) };
    this.#streamId = streamId;
    this.#endStream = endStream;
    this.#blockBytes = 0;
    this.#push(fragment);
    return undefined;
  }

  /** Takes a CONTINUATION frame; a result if it ends the block. */
  continue(flags: number, fragment: Uint8Array): ReceivedHeaders | undefined {
    this.#push(fragment);
    if ((flags & Flag.EndHeaders) === 0) return undefined;
    const block = checkHeaders(this.#decoder.finish());
    const streamId = this.#streamId;
    this.#streamId = 0;
    return { streamId, endStream: this.#endStream, block };
  }

  #push(fragment: Uint8Array): void {
    this.#blockBytes += fragment.length;
    if (this.#blockBytes > this.#maxBlockBytes) {
      throw new ProtocolError(`A header block exceeds ${this.#maxBlockBytes} bytes`, ErrorCode.EnhanceYourCalm);
    }
    this.#decoder.push(fragment);
  }

  #wholeBlock(fragment: Uint8Array): HeaderBlock {
    const { revision } = this.#decoder;
    const known = this.#memo.find(fragment, revision);
    if (known) return known;
    this.#decoder.push(fragment);
    const block = checkHeaders(this.#decoder.finish());
    if (this.#decoder.revision === revision) this.#memo.keep(fragment, block, revision);
    return block;
  }
}
