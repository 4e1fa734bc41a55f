import type { Socket } from "node:net";
import type { Loss } from "../faults/fault.js";
import { FaultSource } from "../faults/faults.js";
import { answerWithFault, type Exchange, oneShotFaults } from "./faulty-answer.js";
import type { Connection } from "./listen-on-socket.js";
import type { ShelfServerSettings } from "./shelf-options.js";
import { ShelfStore } from "./shelf-store.js";
import { readV2Request, tooLongAnswer, type V2Request } from "./v2-request.js";

/** The service of the second generation: a pickle until the client's end of sending, an answer, the end. */
export class V2Service {
  readonly faults: FaultSource;
  /** The limits of a server of 2.0.0 as it comes. */
  readonly store: ShelfStore = new ShelfStore({ shelves: 1024, bytes: 10 << 20, readers: 126 });

  constructor(private readonly settings: Pick<ShelfServerSettings, "maxRequestBytes" | "faults">) {
    const rpcs = ["query", "transaction"].map((name) => ({ name, isStream: false, kinds: oneShotFaults }));
    this.faults = new FaultSource(settings.faults, { rpcs, expireTokens: () => undefined });
  }

  connect(socket: Socket): Connection {
    return new V2Connection(socket, this, this.settings.maxRequestBytes);
  }
}

class V2Connection implements Connection, Exchange {
  private pieces: Buffer[] = [];
  private length = 0;
  private request: V2Request | undefined;
  private isSilent = false;

  constructor(
    private readonly socket: Socket,
    private readonly service: V2Service,
    private readonly maxBytes: number,
  ) {
    socket.on("data", (bytes) => this.collect(bytes));
    socket.once("end", () => void this.answer());
  }

  drain(): void {
    const isIdle = this.length === 0 && !this.request;
    if (isIdle || this.isSilent) this.socket.destroy();
  }

  async serve(): Promise<Uint8Array | undefined> {
    return this.request?.run(this.service.store);
  }

  async send(answer: Uint8Array): Promise<void> {
    this.socket.end(answer);
    this.socket.resume();
  }

  cut(part: Uint8Array): void {
    this.socket.write(part, () => this.socket.destroy());
  }

  lose(loss: Loss): void {
    if (loss !== "silence") this.socket.destroy();
    else if (this.service.faults.closed.aborted) this.socket.destroy();
    else this.isSilent = true;
  }

  private collect(bytes: Buffer): void {
    this.length += bytes.length;
    if (this.length <= this.maxBytes) this.pieces.push(bytes);
    else this.pieces = []; // goes on reading: an answer that comes too early would be lost with a reset
  }

  private async answer(): Promise<void> {
    if (this.length > this.maxBytes) return this.send(tooLongAnswer());
    this.request = readV2Request(Buffer.concat(this.pieces));
    this.pieces = [];
    const { name } = this.request;
    const { faults } = this.service;
    await answerWithFault(name === undefined ? undefined : faults.draw(name), faults, this);
  }
}
