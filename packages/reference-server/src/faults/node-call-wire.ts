import type { ServerResponse } from "node:http";
import { constants, type Http2ServerResponse, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { CallWire } from "./call-wire.js";

/** The {@link CallWire} of Node's servers, which also knows whether there is still something to answer. */
export class NodeCallWire implements CallWire {
  /** True once the call was ended otherwise than by its answer. */
  isEnded = false;
  private readonly stream: ServerHttp2Stream | undefined;

  constructor(
    private readonly response: ServerResponse | Http2ServerResponse,
    private readonly socket: Socket,
  ) {
    this.stream = "stream" in response ? response.stream : undefined;
  }

  sendHead(header: Headers): void {
    const { response } = this;
    if (response.headersSent) return;
    const writeHead = response.writeHead.bind(response) as (status: number, headers: Record<string, string>) => void;
    writeHead(200, Object.fromEntries(header));
    if ("flushHeaders" in response) response.flushHeaders(); // over HTTP/2 they have gone out already
    // Connect writes the head with the first message, and writing it twice is an error.
    Object.defineProperty(response, "writeHead", { value: () => response });
  }

  gone(): Promise<void> {
    const { writable } = this;
    return new Promise((resolve) => {
      if (writable.destroyed) resolve();
      else writable.once("close", resolve);
    });
  }

  async flushed(): Promise<void> {
    if (!this.response.headersSent) return; // nothing was written, and writing nothing would send them
    const written = new Promise<void>((resolve) => this.writable.write("", () => resolve()));
    await Promise.race([written, this.gone()]);
  }

  async reset(errorCode: number): Promise<void> {
    this.isEnded = true;
    const { stream } = this;
    if (!stream) {
      this.socket.destroy();
      return;
    }
    // Node 20 dies of a failed assertion when a stream that has more to send is reset while its session reads.
    await setImmediate();
    stream.close(errorCode);
  }

  refuse(): void {
    this.isEnded = true;
    if (this.stream) this.stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else this.response.writeHead(503).end();
  }

  goAway(): void {
    if (this.stream) this.stream.session?.close();
    else if ("shouldKeepAlive" in this.response) this.response.shouldKeepAlive = false;
  }

  cut(): void {
    this.isEnded = true;
    this.socket.destroy();
  }

  private get writable(): Writable {
    return this.stream ?? this.response;
  }
}
