import type { Socket } from "node:net";
import { FrameReader, frame, TooLargeError } from "@pumice/shelf-client/wire";
import type { Fault, Loss } from "../faults/fault.js";
import type { FaultSource } from "../faults/faults.js";
import { answerWithFault, type Exchange } from "./faulty-answer.js";
import type { Connection } from "./listen-on-socket.js";
import { loadPickle } from "./load-pickle.js";
import { packValue } from "./pack-value.js";
import { pythonError } from "./python-error.js";
import type { ShelfStore } from "./shelf-store.js";
import { commandName, V3Session } from "./v3-session.js";
import type { WriteGate } from "./write-gate.js";

export interface V3Shared {
  readonly store: ShelfStore;
  readonly gate: WriteGate;
  readonly faults: FaultSource;
  readonly maxFrameBytes: number;
}

/**
 * One connection of the third generation: commands are answered one after the other, in their order.
 *
 * While it waits until it may write, or until its client reads, what arrives is kept; above `maxFrameBytes` it is left
 * to the network.
 */
export class V3Connection implements Connection {
  private readonly frames: FrameReader;
  private readonly session: V3Session;
  private readonly bodies: Uint8Array[] = [];
  private queuedBytes = 0;
  /** Fires when the client sends no more: real servers let it wait no longer for its turn to write. */
  private readonly disconnected = new AbortController();
  private letNextWrite: (() => void) | undefined;
  private isServing = false;
  /** In the queue of those who want to write. */
  private isWaiting = false;
  private isSilent = false;
  /** No more commands are read. */
  private isEnding = false;

  constructor(
    private readonly socket: Socket,
    private readonly shared: V3Shared,
  ) {
    this.frames = new FrameReader(shared.maxFrameBytes);
    this.session = new V3Session(shared.store);
    socket.on("data", (bytes) => this.receive(bytes));
    socket.once("end", () => {
      this.disconnected.abort();
      if (!this.isServing) this.finish();
    });
    socket.once("close", () => {
      this.disconnected.abort();
      this.leave();
    });
  }

  drain(): void {
    this.isEnding = true;
    this.bodies.length = 0;
    if (!this.isServing || this.isWaiting) this.socket.destroySoon();
  }

  private receive(bytes: Buffer): void {
    if (this.isEnding || this.isSilent) return; // nobody will look at it
    try {
      for (const body of this.frames.push(bytes)) {
        this.bodies.push(body);
        this.queuedBytes += body.length;
      }
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
      this.isEnding = true;
      this.bodies.push(tooLarge);
    }
    if (this.queuedBytes > this.shared.maxFrameBytes) this.socket.pause();
    void this.serveAll();
  }

  private async serveAll(): Promise<void> {
    if (this.isServing) return;
    this.isServing = true;
    for (let body = this.bodies.shift(); body && this.isOpen; body = this.bodies.shift()) {
      this.queuedBytes -= body.length;
      if (this.socket.isPaused() && this.queuedBytes <= this.shared.maxFrameBytes) this.socket.resume();
      await this.serveOne(body);
    }
    this.isServing = false;
    if (this.isEnding || this.disconnected.signal.aborted) this.finish();
  }

  private async serveOne(body: Uint8Array): Promise<void> {
    let command: unknown;
    try {
      if (body === tooLarge) throw new Error("frame exceeds max frame size");
      command = loadPickle(body);
    } catch (error) {
      this.isEnding = true;
      this.bodies.length = 0;
      this.session.close();
      return this.send(frame(packValue(errorAnswer(error)).bytes));
    }
    const name = commandName(command);
    await answerWithFault(this.drawFault(name), this.shared.faults, this.exchange(command));
  }

  private drawFault(name: string | undefined): Fault | undefined {
    const { faults } = this.shared;
    return name !== undefined && faults.knows(name) ? faults.draw(name) : undefined;
  }

  private exchange(command: unknown): Exchange {
    return {
      serve: () => this.run(command),
      send: (answer) => this.send(answer),
      cut: (part) => {
        this.isEnding = true;
        this.socket.write(part, () => this.socket.destroy());
      },
      lose: (loss) => this.lose(loss),
    };
  }

  private async run(command: unknown): Promise<Uint8Array | undefined> {
    if (this.session.wantsToWrite(command) && !(await this.enterGate())) return undefined;
    if (!this.isOpen) return undefined;
    const answer = this.handle(command);
    if (!this.session.isWriting) this.leaveGate();
    try {
      return frame(packValue(answer).bytes);
    } catch {
      this.socket.destroy(); // the real server, too, ends where it cannot pack an answer
      return undefined;
    }
  }

  private handle(command: unknown): unknown {
    try {
      return okAnswer(this.session.handle(command));
    } catch (error) {
      return errorAnswer(error);
    }
  }

  private async enterGate(): Promise<boolean> {
    this.isWaiting = true;
    const leave = await this.shared.gate.enter(this.disconnected.signal);
    this.isWaiting = false;
    this.letNextWrite = leave;
    if (leave && this.isOpen) return true;
    this.leaveGate();
    this.socket.destroy();
    return false;
  }

  private leaveGate(): void {
    this.letNextWrite?.();
    this.letNextWrite = undefined;
  }

  private async send(answer: Uint8Array): Promise<void> {
    const { socket } = this;
    if (!this.isOpen || socket.write(answer)) return;
    await new Promise<void>((resolve) => {
      const onEnd = () => {
        socket.off("drain", onEnd);
        socket.off("close", onEnd);
        resolve();
      };
      socket.on("drain", onEnd);
      socket.on("close", onEnd);
    });
  }

  private lose(loss: Loss): void {
    if (loss !== "silence" || this.shared.faults.closed.aborted) this.socket.destroy();
    this.isSilent = true;
    this.bodies.length = 0;
  }

  private get isOpen(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  private finish(): void {
    this.leave();
    this.socket.end();
    this.socket.resume(); // up to the client's own end
  }

  private leave(): void {
    this.session.close();
    this.leaveGate();
  }
}

/** Stands in the queue for a frame that was not read. */
const tooLarge = new Uint8Array();

function okAnswer(result: unknown): unknown {
  return new Map<string, unknown>([
    ["ok", true],
    ["result", result],
  ]);
}

function errorAnswer(error: unknown): unknown {
  return new Map<string, unknown>([
    ["ok", false],
    ["error", pythonError(error).message],
  ]);
}
