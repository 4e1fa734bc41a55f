import type { Socket } from "node:net";

/**
 * Breaks a connection with RST. One that is being shut down is closed instead: it cannot be reset any more, and Node's
 * `resetAndDestroy()` would leave its handle open for ever.
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
