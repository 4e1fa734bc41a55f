import type { ServerResponse } from "node:http";
import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/** Knows what is connected, so that a port can drain: let what is in flight finish, end the rest at once. */
export class OpenConnections {
  private readonly sockets = new Set<Socket>();
  /** Sockets without an HTTP/2 session that have no request in flight. */
  private readonly idle = new Set<Socket>();
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly helloTimers = new Map<Socket, NodeJS.Timeout>();
  private draining = false;

  /** @param helloTimeoutMs - A client that has not begun to speak after this time is dropped. */
  constructor(private readonly helloTimeoutMs: number) {}

  add(socket: Socket): void {
    this.sockets.add(socket);
    this.idle.add(socket);
    this.helloTimers.set(
      socket,
      setTimeout(() => socket.destroy(), this.helloTimeoutMs),
    );
    socket.on("error", () => socket.destroy()); // a client that resets is no event of the server's
    socket.once("close", () => {
      this.sockets.delete(socket);
      this.idle.delete(socket);
      this.greeted(socket);
    });
  }

  /** Counts a request over HTTP/1.1, where a socket has one at a time. */
  trackRequest(response: ServerResponse): void {
    const { socket } = response.req;
    this.greeted(socket);
    this.idle.delete(socket);
    response.once("close", () => {
      if (this.draining) socket.destroySoon();
      else if (this.sockets.has(socket)) this.idle.add(socket);
    });
  }

  /** Takes over a socket that speaks HTTP/2. */
  trackSession(session: ServerHttp2Session, socket: Socket): void {
    this.idle.delete(socket);
    this.sessions.add(session);
    session.once("remoteSettings", () => this.greeted(socket));
    session.once("close", () => this.sessions.delete(session));
  }

  /** Ends what is idle now, the rest when it is done, and what is left after `drainMs` milliseconds. */
  drain(drainMs: number): void {
    this.draining = true;
    for (const session of this.sessions) session.close();
    for (const socket of this.idle) socket.destroy();
    const cutOff = setTimeout(() => this.destroy(), drainMs);
    cutOff.unref(); // sockets that are left hold the process themselves
  }

  private destroy(): void {
    for (const session of this.sessions) session.destroy();
    for (const socket of this.sockets) socket.destroy();
  }

  private greeted(socket: Socket): void {
    clearTimeout(this.helloTimers.get(socket));
    this.helloTimers.delete(socket);
  }
}
