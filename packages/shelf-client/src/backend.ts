import type { Call } from "./call.js";
import type { ConnectionLimits } from "./connection/open-socket.js";
import type { Plan, PlanResult } from "./plan.js";
import type { ShelfAddress } from "./shelf-address.js";

/** Carries plans out over one generation of the protocol. */
export interface Backend {
  readonly protocol: 2 | 3;
  run(plan: Plan, call: Call): Promise<PlanResult>;
  /** All plans or none; gives the result of the last one. */
  batch(plans: readonly Plan[], call: Call): Promise<PlanResult>;
  /** A transaction that stays open while `use` runs, and is committed when it resolves. */
  transaction<T>(mode: "read" | "write", call: Call, use: (run: RunPlan) => Promise<T>): Promise<T>;
  close(reason: unknown): void;
}

/** Carries a plan out inside of a transaction. */
export type RunPlan = (plan: Plan, call: Call) => Promise<PlanResult>;

export interface BackendOptions {
  readonly address: ShelfAddress;
  readonly limits: ConnectionLimits;
  readonly maxConnections: number;
}
