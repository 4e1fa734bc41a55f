import type { Socket } from "node:net";
import type { ShelfAddress } from "../shelf-address.js";
import { decodeAnswer } from "../wire/decode-answer.js";
import { FrameReader, TooLargeError } from "../wire/frames.js";
import { type Reply, readReply } from "../wire/server-error.js";
import { type Command, encodeCommand } from "../wire/v3-command.js";
import { ConnectionFailure } from "./connection-failure.js";
import { silence } from "./exchange.js";
import { type ConnectionLimits, openSocket } from "./open-socket.js";

interface Waiting {
  readonly command: Command["cmd"];
  /** Behind another writer a `begin` is answered late, and rightly so. */
  readonly mayBeSilent: boolean;
  resolve(reply: Reply): void;
  reject(reason: unknown): void;
}

/** A connection of the third generation: commands go out, replies come back in the same order. */
export class Session {
  private readonly waiting: Waiting[] = [];
  private readonly frames: FrameReader;
  private failure: unknown;
  private hasTransaction = false;

  private constructor(
    private readonly socket: Socket,
    limits: ConnectionLimits,
  ) {
    this.frames = new FrameReader(limits.maxAnswerBytes);
    socket.on("data", (bytes) => this.receive(bytes));
    socket.once("close", () => this.end(new ConnectionFailure("lost", "The connection ended before the answer did")));
    socket.setTimeout(limits.readTimeoutMs, () => {
      if (this.waiting[0] && !this.waiting[0].mayBeSilent) this.end(silence(limits));
    });
  }

  static async open(address: ShelfAddress, limits: ConnectionLimits, signal: AbortSignal): Promise<Session> {
    return new Session(await openSocket(address, limits, signal), limits);
  }

  /** True if the next one may begin a transaction on it. */
  get isFree(): boolean {
    return this.failure === undefined && this.waiting.length === 0 && !this.hasTransaction;
  }

  /**
   * Sends commands at once and waits for all replies, of which each may be an error. There are fewer than commands if
   * the server closed the connection behind an error, as it does when it cannot read a command.
   *
   * @param onSend - Called when all commands could be encoded, before the first byte is sent.
   * @throws TypeError or RangeError for a value that cannot be sent; nothing is sent then.
   * @throws What the connection failed with.
   */
  async send(commands: readonly Command[], onSend?: () => void): Promise<readonly Reply[]> {
    const bytes = Buffer.concat(commands.map(encodeCommand));
    if (this.failure !== undefined) throw this.failure;
    onSend?.();
    const replies = commands.map(
      (command) =>
        new Promise<Reply>((resolve, reject) => {
          const mayBeSilent = command.cmd === "begin" && command.mode === "write";
          this.waiting.push({ command: command.cmd, mayBeSilent, resolve, reject });
        }),
    );
    this.socket.write(bytes);
    const settled = await Promise.allSettled(replies);
    const received = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    if (received.length < commands.length && received.at(-1)?.ok !== false) throw this.failure;
    return received;
  }

  /** Lets the process end although the connection is open, or not. */
  holdProcess(hold: boolean): void {
    if (hold) this.socket.ref();
    else this.socket.unref();
  }

  /** Closes the connection; the server rolls an open transaction back. */
  end(reason: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = reason;
    this.socket.destroy();
    for (const { reject } of this.waiting.splice(0)) reject(reason);
  }

  private receive(bytes: Uint8Array): void {
    try {
      for (const body of this.frames.push(bytes)) this.settle(readReply(decodeAnswer(body)));
    } catch (error) {
      const kind = error instanceof TooLargeError ? "too-large" : "malformed";
      this.end(new ConnectionFailure(kind, error instanceof Error ? error.message : String(error), error));
    }
  }

  private settle(reply: Reply | undefined): void {
    if (!reply) throw new Error("Cannot read the answer: it is no reply of this protocol");
    const waiting = this.waiting.shift();
    if (!waiting) throw new Error("Cannot read the answer: nothing was asked");
    if (reply.ok && waiting.command === "begin") this.hasTransaction = true;
    // Also when it fails: a commit of a broken transaction ends it.
    if (waiting.command === "commit" || waiting.command === "rollback") this.hasTransaction = false;
    waiting.resolve(reply);
  }
}
