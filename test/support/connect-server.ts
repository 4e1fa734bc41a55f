import { once } from "node:events";
import * as http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";

/** A server of the stock adapter, which can go away in the middle of its calls. */
export interface ConnectServer {
  readonly port: number;
  readonly url: string;
  /** Breaks its connections and listens no more. */
  stop(): Promise<void>;
}

/** @param port - 0 is a free one. */
export async function startConnectServer(routes: (router: ConnectRouter) => void, port = 0): Promise<ConnectServer> {
  const sockets = new Set<Socket>();
  const server = http2.createServer(connectNodeAdapter({ routes }));
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
