import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { resetSocket } from "./reset-socket.ts";

/** What befalls a connection when so many bytes have come over it. */
export interface RelayFault {
  /**
   * - `reset`: both sides see it broken.
   * - `freeze`: nothing passes any more, and nobody is told: the other side has vanished.
   * - `hold`: the client sees it broken, and the rest of what it sent reaches the server late: when three other
   *   connections were made, or by `releaseHeld()`.
   * - a function: it is called, the connection goes on.
   */
  readonly what: "reset" | "freeze" | "hold" | (() => void);
  /** From the server; for `hold` from the client. Of what follows, nothing is passed on. */
  readonly afterBytes: number;
}

/** Passes bytes on to a server until it is told to do otherwise. */
export interface FaultyRelay extends AsyncDisposable {
  readonly url: string;
  /** Faults that have happened to connections. */
  faults(): number;
  /** Resets every connection. */
  cut(): void;
  /** Passes nothing on over the connections that are open, and does not close them: the other side has vanished. */
  freeze(): void;
  /** Sends new connections to another server. */
  redirect(target: string): void;
  /** Passes on what is held back. */
  releaseHeld(): void;
}

/**
 * Stands before a server as a network does that fails.
 *
 * @param nextFault - Asked for the fault of each connection that has reached the server; undefined lets it live.
 */
export async function startFaultyRelay(
  firstTarget: string,
  nextFault: () => RelayFault | undefined = () => undefined,
): Promise<FaultyRelay> {
  let target = new URL(firstTarget);
  let faults = 0;
  const pairs = new Set<RelayPair>();
  const held = new Set<HeldBytes>();
  const server = createServer((near) => {
    const pair = { near, far: createConnection(Number(target.port), target.hostname) };
    pairs.add(pair);
    for (const socket of [pair.near, pair.far]) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined); // its close ends the other side too
      socket.on("close", () => {
        if (pairs.delete(pair)) destroy(pair);
      });
    }
    pair.far.once("connect", () => {
      for (const each of held) if (--each.connections === 0) release(each);
      const fault = nextFault();
      if (!fault) passAll(pair);
      else {
        passUntil(pair, fault, (rest) => {
          faults += 1;
          befall(pair, fault, rest);
        });
      }
    });
  });

  const befall = (pair: RelayPair, { what }: RelayFault, rest: Buffer): void => {
    if (what === "reset") reset(pair);
    else if (what === "freeze") freeze(pair);
    else if (what === "hold") {
      held.add({ far: pair.far.unpipe(pair.near).resume(), rest, connections: 3 });
      pairs.delete(pair); // the server's side lives on
      resetSocket(pair.near);
    } else {
      pair.near.write(rest);
      pair.far.pipe(pair.near);
      what();
    }
  };
  const release = (bytes: HeldBytes): void => {
    if (bytes.connections < 0) return; // long since
    bytes.connections = -1;
    bytes.far.write(bytes.rest);
  };

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: () => faults,
    cut: () => pairs.forEach(reset),
    freeze: () => pairs.forEach(freeze),
    redirect(url) {
      target = new URL(url);
    },
    releaseHeld: () => held.forEach(release),
    async [Symbol.asyncDispose]() {
      pairs.forEach(reset);
      for (const { far } of held) far.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

interface RelayPair {
  readonly near: Socket;
  readonly far: Socket;
}

/** What a client sent and the server has not got yet; its connection to the server stays open, or it would be refused. */
interface HeldBytes {
  readonly far: Socket;
  readonly rest: Buffer;
  /** How many others are to be made before; below 0 once it was passed on. */
  connections: number;
}

function passAll({ near, far }: RelayPair): void {
  near.pipe(far);
  far.pipe(near);
}

/** Passes bytes on up to the fault's, then what was too many to `onFault`; from there on nothing in that direction. */
function passUntil({ near, far }: RelayPair, { what, afterBytes }: RelayFault, onFault: (rest: Buffer) => void): void {
  const [from, to] = what === "hold" ? [near, far] : [far, near];
  to.pipe(from);
  let left = afterBytes;
  const onData = (chunk: Buffer): void => {
    to.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left >= 0) return;
    from.off("data", onData).pause();
    onFault(chunk.subarray(left));
  };
  from.on("data", onData);
}

function reset({ near, far }: RelayPair): void {
  resetSocket(near);
  far.destroy();
}

function freeze({ near, far }: RelayPair): void {
  near.unpipe(far).pause();
  far.unpipe(near).pause();
}

function destroy({ near, far }: RelayPair): void {
  near.destroy();
  far.destroy();
}
