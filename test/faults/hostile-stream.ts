import {
  flag,
  frame,
  grpcMessage,
  headerBlock,
  okTrailers,
  responseHeaders,
  type,
  uint32,
} from "../support/http2-frames.ts";
import type { HostileConnection } from "./hostile-connection.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** The server's side of one call. */
export class HostileStream {
  readonly id: number;
  readonly connection: HostileConnection;
  readonly random: SeededRandom;
  /** Whether the method answers with one message, not with many. */
  readonly wantsOneMessage: boolean;
  /** What the load calls this call. */
  readonly name: string | undefined;
  /** Resolves when the client has sent its whole request; never if it does not. */
  readonly requestEnded: Promise<void>;
  #endRequest: () => void = () => undefined;
  #closed = false;

  constructor(connection: HostileConnection, id: number, requestHeaders: Buffer) {
    this.connection = connection;
    this.id = id;
    this.random = connection.random;
    this.wantsOneMessage = !requestHeaders.includes("/streamGet") && !requestHeaders.includes("/streamExportTx");
    this.name = /call-\d+-/.exec(requestHeaders.toString("latin1"))?.[0];
    this.requestEnded = new Promise((resolve) => {
      this.#endRequest = resolve;
    });
  }

  /** The client has reset it, or the connection is gone. */
  get closed(): boolean {
    return this.#closed;
  }

  endRequest(): void {
    this.#endRequest();
  }

  close(): void {
    this.#closed = true;
  }

  /** Resolves after that time; never once the connection is gone. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.connection.after(delayMs, resolve));
  }

  send(frameType: number, flags: number, payload?: Uint8Array, claimedLength?: number): void {
    this.connection.write(frame(frameType, flags, this.id, payload, claimedLength));
  }

  headers(fields: Readonly<Record<string, string>> | undefined = undefined, flags = 0): void {
    this.send(type.headers, flag.endHeaders | flags, fields ? headerBlock(fields) : responseHeaders);
  }

  /** One header block in HEADERS and as many CONTINUATION frames as it takes. */
  longHeaders(block: Buffer, flags: number, fragmentBytes: number): void {
    for (let start = 0; start < block.length; start += fragmentBytes) {
      const fragment = block.subarray(start, start + fragmentBytes);
      const last = start + fragmentBytes >= block.length ? flag.endHeaders : 0;
      if (start === 0) this.send(type.headers, flags | last, fragment);
      else this.send(type.continuation, last, fragment);
    }
  }

  data(payload: Uint8Array, flags = 0): void {
    for (let start = 0; start === 0 || start < payload.length; start += 16_384) {
      const part = payload.subarray(start, start + 16_384);
      this.send(type.data, start + 16_384 >= payload.length ? flags : 0, part);
    }
  }

  /** A message within the client's windows; waits for them. */
  async patientMessage(contentBytes: number): Promise<void> {
    let rest = grpcMessage(unknownField(contentBytes));
    while (rest.length > 0 && !this.#closed) {
      const room = this.connection.takeWindow(this.id, Math.min(rest.length, 16_384));
      if (room === 0) await this.pause(1);
      else this.send(type.data, 0, rest.subarray(0, room));
      rest = rest.subarray(room);
    }
  }

  /** A message that any type of the load takes: its fields are unknown ones. */
  message(contentBytes = this.random.integer(0, 300)): void {
    this.data(grpcMessage(unknownField(contentBytes)));
  }

  trailers(fields?: Readonly<Record<string, string>>): void {
    this.send(type.headers, flag.endHeaders | flag.endStream, fields ? headerBlock(fields) : okTrailers);
  }

  reset(errorCode: number): void {
    this.send(type.rstStream, 0, uint32(errorCode));
  }
}

/** Field 1000, length-delimited. */
export function unknownField(contentBytes: number): Buffer {
  const length: number[] = [];
  let rest = contentBytes;
  for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.of(0xc2, 0x3e, ...length, rest), Buffer.alloc(contentBytes, 0x61)]);
}
