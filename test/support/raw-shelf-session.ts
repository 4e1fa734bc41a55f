import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { decodeAnswer, encodePickle, FrameReader, frame } from "@pumice/shelf-client/wire";

/** A connection of the third generation without a client: commands as they come, answers as they are. */
export class RawShelfSession implements Disposable {
  private readonly frames = new FrameReader(1 << 28);
  private readonly answers: Uint8Array[] = [];
  private readonly waiting: (() => void)[] = [];
  private isClosed = false;

  private constructor(private readonly socket: Socket) {
    socket.on("data", (bytes) => {
      this.answers.push(...this.frames.push(bytes));
      this.wake();
    });
    socket.on("error", () => undefined); // its close follows
    socket.on("close", () => {
      this.isClosed = true;
      this.wake();
    });
  }

  static async open(url: string): Promise<RawShelfSession> {
    const { protocol, hostname, port, pathname } = new URL(url);
    const socket = protocol === "unix:" ? connect(pathname) : connect(Number(port), hostname);
    await once(socket, "connect");
    return new RawShelfSession(socket);
  }

  /** Sends a value's pickle and returns the decoded answer; undefined if the server ends the connection instead. */
  async send(command: unknown): Promise<unknown> {
    const answer = await this.exchange(encodePickle(command));
    return answer && decodeAnswer(answer);
  }

  /** Sends the body of a frame and returns that of the answer. */
  async exchange(body: Uint8Array): Promise<Uint8Array | undefined> {
    this.write(frame(body));
    return this.answer();
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Reads no more until `resume()`. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Ends the sending side alone. */
  end(): void {
    this.socket.end();
  }

  /** The next answer, in the order in which they come. */
  async answer(): Promise<Uint8Array | undefined> {
    while (this.answers.length === 0 && !this.isClosed) await this.moment();
    return this.answers.shift();
  }

  /** Resolves when the server has ended the connection. */
  async closed(): Promise<void> {
    while (!this.isClosed) await this.moment();
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  private moment(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
