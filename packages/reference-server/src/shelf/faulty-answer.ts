import { setTimeout } from "node:timers/promises";
import type { Fault, FaultKind, Loss } from "../faults/fault.js";
import type { FaultSource } from "../faults/faults.js";

/** What can be done to a request and its answer on a plain socket. */
export interface Exchange {
  /** Does the work and returns the answer's bytes; undefined if the client has gone. */
  serve(): Promise<Uint8Array | undefined>;
  send(answer: Uint8Array): Promise<void>;
  /** Sends bytes that are not the whole answer, then ends the connection. */
  cut(part: Uint8Array): void;
  /** Ends the connection, or never says anything more on it. */
  lose(loss: Loss): void;
}

/** Faults that a session can have: its answers go by order, so nothing can be late. */
export const sessionFaults: readonly FaultKind[] = ["dropRequest", "dropAnswer", "delay", "cutAnswer"];
/** Faults of a connection that carries one request. */
export const oneShotFaults: readonly FaultKind[] = [...sessionFaults, "holdRequest"];

/** Answers a request, or does what its fault says. */
export async function answerWithFault(
  fault: Fault | undefined,
  faults: FaultSource,
  exchange: Exchange,
): Promise<void> {
  if (fault?.kind === "dropRequest") return exchange.lose(fault.loss);
  if (fault?.kind === "holdRequest") {
    exchange.lose(fault.loss);
    return faults.held.hold(fault.calls, () => exchange.serve());
  }
  if (fault?.kind === "delay") await setTimeout(fault.ms, undefined, { signal: faults.closed }).catch(() => undefined);
  const answer = await exchange.serve();
  await faults.held.callServed();
  if (!answer) return;
  if (fault?.kind === "dropAnswer") exchange.lose(fault.loss);
  else if (fault?.kind === "cutAnswer") exchange.cut(answer.subarray(0, fault.bytes));
  else await exchange.send(answer);
}
