import { Code, ConnectError, type Transport } from "@connectrpc/connect";

/** What happens to the next call of an rpc. */
export type Mishap =
  /** The request never arrives. */
  | "lose-request"
  /** The server does its work, the answer does not come. */
  | "lose-answer"
  /** The answer comes when {@link AlteredTransport.release} is called. */
  | "hold-answer";

/** A transport on which things go wrong, call by call. */
export interface AlteredTransport {
  readonly transport: Transport;
  /** Each rpc has a queue of its own; a mishap in it counts for one call. */
  next(rpc: string, mishap: Mishap): void;
  /** Resolves when an answer is held. */
  readonly held: Promise<void>;
  release(): void;
}

/** Only unary calls: the ledger client makes no others. */
export function alteredTransport(inner: Transport): AlteredTransport {
  const mishaps = new Map<string, Mishap[]>();
  const held = withResolvers();
  const released = withResolvers();
  const lost = () => new ConnectError("the connection was lost", Code.Unavailable);
  return {
    transport: {
      async unary(method, ...rest) {
        const mishap = mishaps.get(method.name)?.shift();
        if (mishap === "lose-request") throw lost();
        const answer = await inner.unary(method, ...rest);
        if (mishap === "lose-answer") throw lost();
        if (mishap === "hold-answer") {
          held.resolve();
          await released.promise;
        }
        return answer;
      },
      stream: (...call) => inner.stream(...call),
    },
    next(rpc, mishap) {
      mishaps.set(rpc, [...(mishaps.get(rpc) ?? []), mishap]);
    },
    held: held.promise,
    release: () => released.resolve(),
  };
}

function withResolvers(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
