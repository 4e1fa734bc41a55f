import type { Socket } from "node:net";
import { flag, frame, setting, settingsFrame, type, uint32 } from "../support/http2-frames.ts";
import { resetSocket } from "../support/reset-socket.ts";
import { type ClientFrame, ClientFrames } from "./client-frames.ts";
import { HostileStream } from "./hostile-stream.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** The server's side of one connection: correct until a fault changes its manners. */
export class HostileConnection {
  readonly random: SeededRandom;
  /** What it announces when it greets. */
  settings: (readonly [id: number, value: number])[] = [[setting.maxStreams, 100]];
  /** Every write waits this long. */
  delayMs = 0;
  /** Bytes that leave in one write; the rest follows in writes of its own. */
  chunkBytes = Number.POSITIVE_INFINITY;
  /** Bytes after which the connection is cut, in the middle of a frame if need be. */
  bytesLeft = Number.POSITIVE_INFINITY;
  answersSettings = true;
  answersPings = true;
  grantsWindow = true;

  /** It has said of some call that it was not processed; not always truly. */
  disclaims = false;

  #silent = false;
  readonly #socket: Socket;
  readonly #onStream: (stream: HostileStream) => void;
  readonly #frames = new ClientFrames();
  readonly #streams = new Map<number, HostileStream>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** What the client lets us send, on each stream and (0) on all. */
  readonly #windows = new Map<number, number>([[0, 65_535]]);
  #initialWindow = 65_535;
  #lastStreamId = 0;

  constructor(socket: Socket, random: SeededRandom, onStream: (stream: HostileStream) => void) {
    this.#socket = socket;
    this.random = random;
    this.#onStream = onStream;
    socket.on("data", (chunk) => {
      for (const each of this.#frames.push(chunk)) this.#onFrame(each);
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      for (const timer of this.#timers) clearTimeout(timer);
      for (const stream of this.#streams.values()) stream.close();
    });
  }

  get lastStreamId(): number {
    return this.#lastStreamId;
  }

  greet(): void {
    this.write(settingsFrame(this.settings));
  }

  /** Lets the client send on all streams together as much as there can be. */
  grantAll(): void {
    this.write(frame(type.windowUpdate, 0, 0, uint32(0x7fff_0000)));
  }

  write(bytes: Buffer): void {
    if (bytes[3] === type.goaway || bytes[3] === type.rstStream) this.disclaims = true;
    if (this.delayMs > 0) this.after(this.delayMs, () => this.#writeChunks(bytes));
    else this.#writeChunks(bytes);
  }

  /** Takes up to `bytes` from the windows that the client has given; returns how much there was. */
  takeWindow(streamId: number, bytes: number): number {
    const stream = this.#windows.get(streamId) ?? 0;
    const room = Math.max(0, Math.min(bytes, stream, this.#windows.get(0) ?? 0));
    this.#growWindow(streamId, -room);
    this.#growWindow(0, -room);
    return room;
  }

  /** Runs `action` later, unless the connection is gone by then. */
  after(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#socket.destroyed) action();
    }, delayMs).unref();
    this.#timers.add(timer);
  }

  /** Takes nothing from the network any more: the client's bytes pile up on its side. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Reads on, and says nothing more. */
  fallSilent(): void {
    this.#silent = true;
  }

  /** Half-closes: the client gets FIN. */
  end(): void {
    this.#socket.end();
  }

  /** The client gets RST. */
  reset(): void {
    resetSocket(this.#socket);
  }

  #writeChunks(bytes: Buffer): void {
    if (this.#silent) return;
    let rest = bytes.subarray(0, this.bytesLeft);
    this.bytesLeft -= rest.length;
    while (rest.length > 0 && this.#socket.writable) {
      this.#socket.write(rest.subarray(0, this.chunkBytes));
      rest = rest.subarray(this.chunkBytes);
    }
    if (this.bytesLeft <= 0) this.end();
  }

  #onFrame({ type: frameType, flags, streamId, payload }: ClientFrame): void {
    const stream = this.#streams.get(streamId);
    switch (frameType) {
      case type.settings:
        if ((flags & flag.ack) !== 0) return;
        for (let at = 0; at < payload.length; at += 6) {
          if (payload.readUInt16BE(at) === setting.initialWindow) this.#initialWindow = payload.readUInt32BE(at + 2);
        }
        if (this.answersSettings) this.write(frame(type.settings, flag.ack, 0));
        return;
      case type.ping:
        if ((flags & flag.ack) === 0 && this.answersPings) this.write(frame(type.ping, flag.ack, 0, payload));
        return;
      case type.headers:
        this.#open(streamId, payload, (flags & flag.endStream) !== 0);
        return;
      case type.data:
        if (payload.length > 0 && this.grantsWindow) {
          const increment = uint32(payload.length);
          this.write(frame(type.windowUpdate, 0, 0, increment));
          this.write(frame(type.windowUpdate, 0, streamId, increment));
        }
        if ((flags & flag.endStream) !== 0) stream?.endRequest();
        return;
      case type.windowUpdate:
        this.#growWindow(streamId, payload.readUInt32BE(0));
        return;
      case type.rstStream:
        stream?.close();
        this.#streams.delete(streamId);
    }
  }

  #open(streamId: number, block: Buffer, ended: boolean): void {
    this.#lastStreamId = Math.max(this.#lastStreamId, streamId);
    const stream = new HostileStream(this, streamId, block);
    this.#streams.set(streamId, stream);
    this.#windows.set(streamId, this.#initialWindow);
    if (ended) stream.endRequest();
    this.#onStream(stream);
  }

  #growWindow(streamId: number, bytes: number): void {
    this.#windows.set(streamId, (this.#windows.get(streamId) ?? 0) + bytes);
  }
}
