import { parseArgs } from "node:util";
import { benchKv } from "./kv/bench-kv.js";
import type { BenchPlan } from "./rounds.js";
import { benchShelf } from "./shelf/bench-shelf.js";
import { benchTransport } from "./transport/bench-transport.js";

/*
 * Runs a bench by its name, `transport` unless given. Every client has its turn in each of the rounds (`--rounds N`), each
 * time in a fresh process; `--quick` only shows that it works.
 */
const benches: Readonly<Record<string, (plan: BenchPlan) => Promise<void>>> = {
  transport: benchTransport,
  kv: benchKv,
  shelf: benchShelf,
};

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, rounds: { type: "string", default: "3" } },
  allowPositionals: true,
});
const [name = "transport", ...others] = positionals;
const bench = benches[name];
if (!bench || others.length > 0) {
  throw new Error(`Cannot bench: it must be one of ${Object.keys(benches).join(", ")}, got "${positionals.join(" ")}"`);
}
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new RangeError(`Cannot bench: --rounds must be a whole number >= 1, got "${values.rounds}"`);
}
await bench(values.quick ? { rounds: 1, measureMs: 200 } : { rounds, measureMs: 1500 });
