import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";

/** Passes bytes on to a server until it is told to do otherwise. */
export interface FaultyRelay extends AsyncDisposable {
  readonly url: string;
  /** Connections that are open. */
  connections(): number;
  /** Resets every connection. */
  cut(): void;
  /** Passes nothing on over the connections that are open, and does not close them: the other side has vanished. */
  freeze(): void;
  /** Sends new connections to another server. */
  redirect(target: string): void;
}

/** Stands before a server as a network does that fails. */
export async function startFaultyRelay(firstTarget: string): Promise<FaultyRelay> {
  let target = new URL(firstTarget);
  const pairs = new Set<readonly [near: Socket, far: Socket]>();
  const server = createServer((near) => {
    const far = createConnection(Number(target.port), target.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined); // its close ends the other side too
      socket.on("close", () => {
        pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => pairs.size,
    cut,
    freeze() {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    redirect(url) {
      target = new URL(url);
    },
    async [Symbol.asyncDispose]() {
      cut();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
