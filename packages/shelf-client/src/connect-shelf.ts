import { Code } from "@connectrpc/connect";
import { PumiceError, unlessAborted } from "@pumice/client-core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Backend, RunPlan } from "./backend.js";
import { backendV2 } from "./backend-v2.js";
import { backendV3 } from "./backend-v3.js";
import { Calls, type ShelfCallOptions } from "./call.js";
import type { ConnectionLimits } from "./connection/open-socket.js";
import { shelfError } from "./errors.js";
import { probe } from "./probe.js";
import type { BatchEntry, Protocol } from "./query-types.js";
import type { Entry, Target } from "./selection.js";
import { ShelfBuilder } from "./shelf.js";
import { shelfAddress } from "./shelf-address.js";
import type { ConnectShelfOptions, ShelfClient, ShelfTransaction, TransactionOptions } from "./shelf-client.js";

/**
 * Makes a client of a ShelfDB server. Nothing is sent before its first call.
 *
 * Whoever can connect to a ShelfDB can run code as its user: keep it on this machine, or on a unix socket.
 *
 * @param url - `tcp://host:port`, `unix:///absolute/path` or `host:port`; `tcp://127.0.0.1:31337` if absent, and port
 * 17000 for protocol 2.
 * @param options - `protocol` fixes the generation, and with it what compiles; under `"auto"`, the default, the client
 * asks the server once, and what its generation lacks throws.
 * @throws TypeError for a wrong URL or option, or another machine without `allowRemote`; RangeError for a wrong limit.
 * @example
 * await using db = connectShelf("tcp://127.0.0.1:31337", { protocol: 3 });
 */
export function connectShelf<P extends Protocol | "auto" = "auto">(
  url?: string | URL | undefined,
  options: ConnectShelfOptions & { readonly protocol?: P | undefined } = {},
): ShelfClient<P extends Protocol ? P : Protocol> {
  const client = new Client(url, options);
  // The class has what both generations have; the type hides what the chosen one lacks.
  return client as unknown as ShelfClient<P extends Protocol ? P : Protocol>;
}

class Client {
  private readonly calls = new Calls(shelfError);
  private readonly wanted: Protocol | undefined;
  private readonly makeBackend: (protocol: Protocol) => Backend;
  private readonly findProtocol: (signal: AbortSignal) => Promise<Protocol>;
  private finding: Promise<Protocol> | undefined;
  private made: Backend | undefined;

  constructor(
    url: string | URL | undefined,
    options: ConnectShelfOptions & { readonly protocol?: Protocol | "auto" | undefined },
  ) {
    const { protocol = "auto", allowRemote = false } = options;
    if (protocol !== 2 && protocol !== 3 && protocol !== "auto") {
      throw new TypeError(`Cannot connect: protocol must be 2, 3 or "auto", got ${String(protocol)}`);
    }
    const limits: ConnectionLimits = {
      connectTimeoutMs: checkLimit(options, "connectTimeoutMs", 10_000),
      readTimeoutMs: checkLimit(options, "readTimeoutMs", 30_000),
      maxAnswerBytes: checkLimit(options, "maxAnswerBytes", 64 * 1024 * 1024),
    };
    const address = shelfAddress(url ?? "127.0.0.1", { protocol, allowRemote });
    this.wanted = protocol === "auto" ? undefined : protocol;
    this.findProtocol = (signal) => probe(address, limits, signal);
    const most = options.maxConnections === undefined ? undefined : checkLimit(options, "maxConnections", 1);
    this.makeBackend = (found) =>
      found === 2
        ? backendV2({ address, limits, maxConnections: most ?? 32 })
        : backendV3({ address, limits, maxConnections: most ?? 8 });
    if (this.wanted) this.backendOf(this.wanted);
  }

  shelf(name: string, options?: { readonly data: StandardSchemaV1 }): ShelfBuilder {
    return new ShelfBuilder({
      shelf: name,
      schema: options?.data,
      run: (entry, callOptions) => this.runEntry(entry, callOptions, (backend) => backend.run),
    });
  }

  async batch(
    build: (batch: unknown) => readonly BatchEntry<unknown>[],
    options: ShelfCallOptions = {},
  ): Promise<unknown> {
    const batch = {
      shelf: (name: string, shelfOptions?: { readonly data: StandardSchemaV1 }): ShelfBuilder => {
        const run: Target["run"] = (entry) => new PendingEntry(entry);
        return new ShelfBuilder({ shelf: name, schema: shelfOptions?.data, run });
      },
    };
    const entries = build(batch).map((entry) => {
      if (entry instanceof PendingEntry) return entry.entry;
      throw new TypeError("Cannot run the batch: it takes what its own shelves gave, in an array");
    });
    const plans = await Promise.all(entries.map((entry) => entry.plan()));
    const result = await this.calls.run("batch", options, async (call) => {
      const backend = await this.backend(call.signal);
      return await backend.batch(plans, call);
    });
    return await entries.at(-1)?.read(result);
  }

  async transaction<R>(run: (tx: ShelfTransaction) => Promise<R>, options: TransactionOptions = {}): Promise<R> {
    const { mode = "write" } = options;
    if (mode !== "read" && mode !== "write") {
      throw new TypeError(`Cannot begin a transaction: mode must be "read" or "write", got ${String(mode)}`);
    }
    return await this.calls.run("transaction", options, async (call) => {
      const backend = await this.backend(call.signal);
      return await backend.transaction(mode, call, async (runPlan) => {
        const underWay = new Set<Promise<unknown>>();
        const result = await run(this.inside(runPlan, call.signal, underWay));
        while (underWay.size > 0) await Promise.allSettled(underWay); // what the function has not waited for
        return result;
      });
    });
  }

  async ready(options: ShelfCallOptions = {}): Promise<{ readonly protocol: Protocol }> {
    const protocol = await this.calls.run("connect", options, async ({ signal }) => await this.find(signal));
    if (this.wanted === undefined || this.wanted === protocol) return { protocol };
    const message = `Cannot connect: the server speaks protocol ${protocol}, ${this.wanted} was asked for`;
    throw new PumiceError(message, Code.FailedPrecondition, { rpc: "shelfdb/connect", attempts: 1 });
  }

  async close(): Promise<void> {
    const reason = this.calls.close();
    this.made?.close(reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @param underWay - Holds the calls inside of the transaction from their begin to their end. */
  private inside(runPlan: RunPlan, signal: AbortSignal, underWay: Set<Promise<unknown>>): ShelfTransaction {
    const run: Target["run"] = (entry, callOptions) => {
      const work = this.runEntry(entry, callOptions, () => runPlan);
      underWay.add(work);
      // A promise of the caller's own: that nobody has looked at a failure still shows.
      return work.finally(() => underWay.delete(work));
    };
    const source = {
      signal,
      shelf: (name: string, options?: { readonly data: StandardSchemaV1 }): ShelfBuilder =>
        new ShelfBuilder({ shelf: name, schema: options?.data, run }),
    };
    return source as unknown as ShelfTransaction; // as in connectShelf()
  }

  private async runEntry<R>(
    entry: Entry<R>,
    options: ShelfCallOptions | undefined,
    runner: (backend: Backend) => RunPlan,
  ): Promise<R> {
    const plan = await entry.plan();
    const result = await this.calls.run(entry.name, options ?? {}, async (call) => {
      const run = runner(await this.backend(call.signal));
      return await run(plan, call);
    });
    return await entry.read(result);
  }

  private async backend(signal: AbortSignal): Promise<Backend> {
    return this.made ?? this.backendOf(await this.find(signal));
  }

  private backendOf(protocol: Protocol): Backend {
    this.made ??= this.makeBackend(protocol);
    return this.made;
  }

  /** Asks once for any number of waiting calls; one that failed is asked again by the next. */
  private async find(signal: AbortSignal): Promise<Protocol> {
    this.finding ??= this.calls.run("connect", {}, async (call) => await this.findProtocol(call.signal));
    const { finding } = this;
    finding.catch(() => {
      if (this.finding === finding) this.finding = undefined;
    });
    return await unlessAborted(finding, signal);
  }
}

/** An entry of a batch before it runs. */
class PendingEntry implements BatchEntry<unknown> {
  declare readonly result?: unknown;

  constructor(readonly entry: Entry<unknown>) {}
}

type Limit = "connectTimeoutMs" | "readTimeoutMs" | "maxAnswerBytes" | "maxConnections";

function checkLimit(options: ConnectShelfOptions, name: Limit, defaultValue: number): number {
  const value = options[name] ?? defaultValue;
  if (Number.isInteger(value) && value >= 1 && value <= 2_147_483_647) return value;
  throw new RangeError(`Cannot connect: ${name} must be a whole number from 1 to 2147483647, got ${value}`);
}
