import { Http2Connection } from "../../packages/grpc-transport/src/http2/connection.ts";
import { ErrorCode } from "../../packages/grpc-transport/src/http2/error-code.ts";
import { encodeHeaders } from "../../packages/grpc-transport/src/http2/hpack-encoder.ts";
import { Http2Stream } from "../../packages/grpc-transport/src/http2/stream.ts";
import { ClientFrames } from "./client-frames.ts";
import type { SeededRandom } from "./seeded-random.ts";

const REQUEST = encodeHeaders([":method", "POST", ":scheme", "http", ":path", "/a.B/C", ":authority", "localhost"]);
const LARGEST_FRAME = 16_384;

/** A connection that is fed with a server's bytes, and everything that it says, checked as it comes. */
export class Replay {
  readonly connection: Http2Connection;
  /** What was told, in order; the same bytes give the same, however they are split. */
  readonly events: string[] = [];
  /** What must not happen. */
  readonly problems: string[] = [];
  /** Bytes that the connection wanted to send. */
  sentBytes = 0;

  readonly #streams: CheckedStream[];
  readonly #frames = new ClientFrames();

  constructor(streams: number) {
    const limits = { maxHeaderBlockBytes: 200_000, idleFrameBurst: 1000, idleFramesPerSecond: 0 };
    this.connection = new Http2Connection(
      { limits, now: () => 0 },
      {
        output: () => undefined,
        draining: (text) => this.events.push(`draining ${text}`),
        idle: () => this.events.push("idle"),
        broken: (error) => {
          this.events.push(`broken ${error.errorCode} ${error.message}`);
          // No fault of the server's: our own code threw.
          if (error.errorCode === ErrorCode.InternalError) this.problems.push(String(error.cause));
        },
      },
    );
    this.#streams = Array.from({ length: streams }, (_, i) => new CheckedStream(i, this.events, this.problems));
    for (const { stream } of this.#streams) {
      this.connection.add(stream);
      stream.send(Buffer.alloc(30), true);
    }
  }

  feed(chunks: readonly Buffer[], between: () => void = () => undefined): void {
    for (const chunk of chunks) {
      this.connection.receive(chunk);
      between();
      this.takeOutput();
    }
  }

  /** Whatever else a client may do at any time. */
  disturb(random: SeededRandom): void {
    const { stream } = random.pick(this.#streams);
    const { connection } = this;
    random.pick([
      () => undefined,
      () => this.#streams.find((each) => each.stream === stream)?.cancel(),
      () => stream.release(random.integer(1, 1000)),
      () => connection.ping(() => this.events.push("pong")),
      () => connection.pause(),
      () => connection.resume(),
      () => connection.goAway(),
      () => connection.takeQueue(),
    ])();
  }

  /** The socket closes: every stream must have ended now. */
  end(): void {
    this.takeOutput();
    this.connection.end("The connection was lost");
    if (this.connection.streamCount > 0) this.problems.push(`${this.connection.streamCount} streams are counted`);
    for (const checked of this.#streams) checked.checkEnd();
  }

  takeOutput(): void {
    for (const part of this.connection.takeOutput()) {
      this.sentBytes += part.length;
      for (const { type, payload } of this.#frames.push(Buffer.from(part))) {
        if (payload.length > LARGEST_FRAME || type > 9) this.problems.push(`sent a frame of type ${type}`);
      }
    }
  }
}

class CheckedStream {
  readonly stream: Http2Stream;
  readonly #name: string;
  readonly #problems: string[];
  #state: "waiting" | "answered" | "ended" = "waiting";

  constructor(number: number, events: string[], problems: string[]) {
    this.#name = `stream ${number}`;
    this.#problems = problems;
    const tell = (event: string, next: "answered" | "ended", allowed: readonly string[]) => {
      events.push(`${this.#name} ${event}`);
      if (!allowed.includes(this.#state)) problems.push(`${this.#name} gets ${event} when ${this.#state}`);
      this.#state = next;
    };
    this.stream = new Http2Stream({
      requestHeaders: () => REQUEST,
      headers: ({ status, fields }, last) =>
        tell(`headers ${status} ${fields.join("|")} ${last}`, last ? "ended" : "answered", ["waiting"]),
      data: (bytes, last) => {
        tell(`data ${Buffer.from(bytes).toString("hex")} ${last}`, last ? "ended" : "answered", ["answered"]);
        this.stream.release(bytes.length);
      },
      trailers: ({ fields }) => tell(`trailers ${fields.join("|")}`, "ended", ["answered"]),
      failed: ({ by, errorCode, message }) =>
        tell(`failed ${by} ${errorCode} ${message}`, "ended", ["waiting", "answered"]),
      drained: () => {
        if (this.#state === "ended") problems.push(`${this.#name} gets drained when ended`);
      },
    });
  }

  /** Nothing may come after it. */
  cancel(): void {
    this.stream.cancel();
    this.#state = "ended";
  }

  /** A stream that was taken out of the queue belongs to nobody: its end is not the connection's business. */
  checkEnd(): void {
    if (this.#state !== "ended" && this.stream.host !== undefined) this.#problems.push(`${this.#name} has not ended`);
  }
}
