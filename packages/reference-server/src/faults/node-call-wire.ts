import type { ServerResponse } from "node:http";
import { constants, type Http2ServerResponse, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
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

  reset(errorCode: number): void {
    this.isEnded = true;
    if (this.stream) this.stream.close(errorCode);
    else this.socket.destroy();
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
