import { type Fault, type FaultKind, type FaultSettings, faultKinds, faultOf } from "./fault.js";
import { faultDraw } from "./fault-draw.js";

/** How often each fault happens: a share of the calls from 0 to 1, or that with settings of the fault. */
export type FaultRates = {
  readonly [K in FaultKind]?: number | ({ readonly rate: number } & FaultSettings[K]) | undefined;
};

/** Faults by chance. The fault of the n-th call of an rpc depends on the seed, the rpc and n alone. */
export interface FaultOptions {
  /** A whole number. @defaultValue 1 */
  readonly seed?: number | undefined;
  /** For every rpc in `rpcs`; together they may be 1 at most. */
  readonly rates?: FaultRates | undefined;
  /** Names as in the contract, for instance `["Put", "CommitTxn"]`. @defaultValue all rpcs */
  readonly rpcs?: readonly string[] | undefined;
  /** For single rpcs, instead of `rates`. */
  readonly perRpc?: Readonly<Record<string, FaultRates>> | undefined;
}

/** An rpc that may get faults. */
export interface FaultyRpc {
  readonly name: string;
  /** Its answer is a stream. */
  readonly isStream: boolean;
}

/** One fault with the share of calls that it gets. */
interface Share {
  readonly rate: number;
  readonly fault: Fault;
}

/**
 * Reads rates.
 *
 * @returns The fault of an rpc's n-th call, counted from 1; undefined for none.
 * @throws TypeError or RangeError if an rpc, a fault, a setting or a rate cannot be.
 */
export function faultRates(
  options: FaultOptions,
  known: readonly FaultyRpc[],
): (rpc: string, call: number) => Fault | undefined {
  const { seed = 1, rates = {}, rpcs = known.map(({ name }) => name), perRpc = {} } = options;
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`Cannot inject faults: seed must be a whole number, got ${seed}`);
  const table = new Map<string, readonly Share[]>();
  for (const rpc of rpcs.map((name) => rpcNamed(name, known))) {
    // A rate for many rpcs passes over those that cannot have the fault; a rate for one is a mistake then.
    table.set(
      rpc.name,
      sharesOf(rates).filter(({ fault }) => fits(fault, rpc)),
    );
  }
  for (const [name, own] of Object.entries(perRpc)) {
    const rpc = rpcNamed(name, known);
    const shares = sharesOf(own);
    for (const { fault } of shares) checkFits(fault, rpc);
    table.set(name, shares);
  }

  return (rpc, call) => {
    const shares = table.get(rpc);
    if (!shares?.length) return undefined; // nothing to draw for, at no cost
    let left = faultDraw(seed, rpc, call);
    return shares.find(({ rate }) => {
      left -= rate;
      return left < 0;
    })?.fault;
  };
}

/** @throws TypeError if there is no such rpc. */
export function rpcNamed(name: string, known: readonly FaultyRpc[]): FaultyRpc {
  const rpc = known.find((candidate) => candidate.name === name);
  if (rpc) return rpc;
  throw new TypeError(`Cannot inject a fault into ${name}: the rpcs are ${known.map((each) => each.name).join(", ")}`);
}

/** @throws TypeError if an rpc cannot have a fault. */
export function checkFits(fault: Fault, rpc: FaultyRpc): void {
  if (!fits(fault, rpc)) throw new TypeError(`Cannot inject ${fault.kind} into ${rpc.name}: its answer is no stream`);
}

function fits(fault: Fault, rpc: FaultyRpc): boolean {
  return fault.kind !== "abortStream" || rpc.isStream;
}

function sharesOf(rates: FaultRates): readonly Share[] {
  const shares = Object.entries(rates).flatMap(([kind, value]): Share[] => {
    if (value === undefined) return [];
    const { rate, ...settings } = typeof value === "number" ? { rate: value } : value;
    if (!(rate >= 0 && rate <= 1)) {
      throw new RangeError(`Cannot inject ${kind}: its rate must be from 0 to 1, got ${rate}`);
    }
    return [{ rate, fault: faultOf(kind as FaultKind, settings) }];
  });
  const sum = shares.reduce((total, { rate }) => total + rate, 0);
  if (sum > 1 + 1e-9) throw new RangeError(`Cannot inject faults: the rates must be 1 at most together, got ${sum}`);
  return shares.sort((a, b) => faultKinds.indexOf(a.fault.kind) - faultKinds.indexOf(b.fault.kind));
}
