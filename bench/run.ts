import { parseArgs } from "node:util";
import type { BenchOptions } from "./bench-options.js";
import { benchShelf } from "./shelf/bench-shelf.js";
import { benchTransport } from "./transport/bench-transport.js";

/*
 * Runs the bench that its argument names. `--quick` only shows that it works; `--rounds N` changes how many rounds there
 * are.
 */
const benches: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  transport: benchTransport,
  shelf: benchShelf,
};

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, rounds: { type: "string", default: "3" } },
  allowPositionals: true,
});
const [name = "transport"] = positionals;
const bench = benches[name];
if (!bench) throw new Error(`Cannot bench "${name}": there are ${Object.keys(benches).join(", ")}`);
if (!/^[1-9]\d{0,3}$/.test(values.rounds)) {
  throw new RangeError(`Cannot bench: --rounds must be a whole number from 1 to 9999, got "${values.rounds}"`);
}
await bench(values.quick ? { rounds: 1, measureMs: 200 } : { rounds: Number(values.rounds), measureMs: 1500 });
