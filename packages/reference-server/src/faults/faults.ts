import { setMaxListeners } from "node:events";
import { type Fault, type FaultKind, type FaultSettings, faultKinds, faultOf } from "./fault.js";
import { checkFits, type FaultOptions, type FaultyRpc, faultRates, rpcNamed } from "./fault-rates.js";
import { HeldRequests } from "./held-requests.js";

/** What goes wrong on a server, on purpose: by chance as its options say, or call by call as a test says. */
export interface Faults {
  /**
   * Gives a fault to the next call of an rpc; faults that are waiting already come first. It takes the place of what
   * chance had for that call.
   *
   * @param rpc - As in the contract, for instance `"CommitTxn"`.
   * @throws TypeError or RangeError if rpc, fault or settings cannot be.
   * @example
   * server.kv.faults.next("CommitTxn", "dropAnswer");
   * server.kv.faults.next("Scan", "abortStream", { messages: 3 });
   */
  next<K extends FaultKind>(rpc: string, kind: K, settings?: FaultSettings[K]): void;
  /** Makes all tokens invalid that were issued so far. */
  expireTokens(): void;
  /** Serves the requests that are held back, in the order in which they came; resolves when that is done. */
  releaseHeld(): Promise<void>;
  /** No more faults, neither by chance nor those that wait for a call. What is held back stays so. */
  stop(): void;
  /** How many calls got each fault so far. */
  injected(): Readonly<Record<FaultKind, number>>;
}

export interface FaultTarget {
  readonly rpcs: readonly FaultyRpc[];
  expireTokens(): void;
}

/** The faults of one service, for whoever serves its calls. */
export class FaultSource implements Faults {
  readonly held: HeldRequests = new HeldRequests();
  private readonly waiting = new Map<string, Fault[]>();
  private readonly calls = new Map<string, number>();
  private readonly counts = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));
  private readonly closing = new AbortController();
  private byChance: (rpc: string, call: number) => Fault | undefined;

  /** @throws TypeError or RangeError if the options cannot be. */
  constructor(
    options: FaultOptions,
    private readonly target: FaultTarget,
  ) {
    this.byChance = faultRates(options, target.rpcs);
    setMaxListeners(0, this.closing.signal); // every call that waits listens
  }

  next<K extends FaultKind>(rpc: string, kind: K, settings: FaultSettings[K] = {}): void {
    const fault = faultOf(kind, settings);
    checkFits(fault, rpcNamed(rpc, this.target.rpcs));
    this.waiting.set(rpc, [...(this.waiting.get(rpc) ?? []), fault]);
  }

  expireTokens(): void {
    this.target.expireTokens();
  }

  releaseHeld(): Promise<void> {
    return this.held.release();
  }

  stop(): void {
    this.waiting.clear();
    this.byChance = () => undefined;
  }

  injected(): Readonly<Record<FaultKind, number>> {
    return Object.fromEntries(this.counts) as Record<FaultKind, number>; // it has every kind from the start
  }

  /** Counts a call that has come, and returns its fault, if it gets one. */
  draw(rpc: string): Fault | undefined {
    const call = (this.calls.get(rpc) ?? 0) + 1;
    this.calls.set(rpc, call);
    const fault = this.waiting.get(rpc)?.shift() ?? this.byChance(rpc, call);
    if (fault) this.counts.set(fault.kind, (this.counts.get(fault.kind) ?? 0) + 1);
    return fault;
  }

  /** Fires when the server closes: silent and delayed calls wait no longer. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  /** Drops what is held back, and ends the waiting of the rest. */
  close(): void {
    this.stop();
    this.held.drop();
    this.closing.abort();
  }
}
