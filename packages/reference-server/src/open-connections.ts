import type { ServerResponse } from "node:http";
import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/** Knows what is connected, so that a port can drain: let what is in flight finish, end the rest at once. */
export class OpenConnections {
  private readonly sockets = new Set<Socket>();
  /** Requests in flight of each socket that has no HTTP/2 session; pipelining may make it several. */
  private readonly inFlight = new Map<Socket, number>();
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly helloTimers = new Map<Socket, NodeJS.Timeout>();
  private draining = false;

  /** @param helloTimeoutMs - A client that has not begun to speak after this time is dropped. */
  constructor(private readonly helloTimeoutMs: number) {}

  add(socket: Socket): void {
    this.sockets.add(socket);
    this.inFlight.set(socket, 0);
    this.helloTimers.set(
      socket,
      setTimeout(() => socket.destroy(), this.helloTimeoutMs),
    );
    socket.on("error", () => socket.destroy()); // a client that resets is no event of the server's
    socket.once("close", () => {
      this.sockets.delete(socket);
      this.inFlight.delete(socket);
      this.greeted(socket);
    });
  }

  /** Counts a request over HTTP/1.1. */
  trackRequest(response: ServerResponse): void {
    const { socket } = response.req;
    this.greeted(socket);
    this.count(socket, 1);
    response.once("close", () => {
      if (this.count(socket, -1) === 0 && this.draining) socket.destroySoon();
    });
  }

  /** Takes over a socket that speaks HTTP/2. */
  trackSession(session: ServerHttp2Session, socket: Socket): void {
    this.inFlight.delete(socket);
    this.sessions.add(session);
    session.once("remoteSettings", () => this.greeted(socket));
    session.once("close", () => this.sessions.delete(session));
  }

  /** Ends what is idle now, the rest when it is done, and what is left after `drainMs` milliseconds. */
  drain(drainMs: number): void {
    this.draining = true;
    for (const session of this.sessions) session.close();
    for (const [socket, requests] of this.inFlight) if (requests === 0) socket.destroy();
    const cutOff = setTimeout(() => this.destroy(), drainMs);
    cutOff.unref(); // sockets that are left hold the process themselves
  }

  private destroy(): void {
    for (const session of this.sessions) session.destroy();
    for (const socket of this.sockets) socket.destroy();
  }

  /** Adds to a socket's requests in flight and returns how many there are; none of a socket that has gone. */
  private count(socket: Socket, change: number): number | undefined {
    const before = this.inFlight.get(socket);
    if (before === undefined) return undefined;
    this.inFlight.set(socket, before + change);
    return before + change;
  }

  private greeted(socket: Socket): void {
    clearTimeout(this.helloTimers.get(socket));
    this.helloTimers.delete(socket);
  }
}
