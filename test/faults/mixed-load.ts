import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type CallOptions, type Client, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ImmuService } from "@pumice/stubs/immudb";
import type { SeededRandom } from "./seeded-random.ts";

export interface LoadOptions {
  readonly calls: number;
  readonly inFlight: number;
  /** How long after its deadline a call may end. */
  readonly marginMs: number;
}

export interface LoadReport {
  /** How often each outcome occurred: "ok" or the name of a code. */
  readonly outcomes: Map<string, number>;
  /** What must not happen, in words. */
  readonly problems: string[];
  /** Names of the calls whose error says that no server processed them. */
  readonly neverSent: string[];
}

const NEVER_SENT = Symbol.for("@pumice/never-sent");

/** Calls of all four kinds with deadlines; some are aborted alone, some by a signal they share, some left unread. */
export async function runMixedLoad(
  transport: Transport,
  random: SeededRandom,
  options: LoadOptions,
): Promise<LoadReport> {
  const load = new MixedLoad(createClient(ImmuService, transport), random, options);
  await Promise.all(Array.from({ length: options.inFlight }, () => load.work()));
  await load.finish();
  return load;
}

class MixedLoad implements LoadReport {
  readonly outcomes = new Map<string, number>();
  readonly problems: string[] = [];
  readonly neverSent: string[] = [];

  readonly #client: Client<typeof ImmuService>;
  readonly #random: SeededRandom;
  readonly #options: LoadOptions;
  readonly #signals: AbortSignal[] = [];
  #started = 0;
  #openInputs = 0;
  #shared = new AbortController();
  #lastDeadlineAt = 0;

  constructor(client: Client<typeof ImmuService>, random: SeededRandom, options: LoadOptions) {
    this.#client = client;
    this.#random = random;
    this.#options = options;
    this.#signals.push(this.#shared.signal);
  }

  /** Makes one call after the other until there have been enough. */
  async work(): Promise<void> {
    while (this.#started < this.#options.calls) await this.#call(`call-${this.#started++}-`);
  }

  /** Waits for the calls that nobody reads any more, and looks for what they left behind. */
  async finish(): Promise<void> {
    await sleep(Math.max(0, this.#lastDeadlineAt - performance.now()) + 20);
    const endsAt = performance.now() + this.#options.marginMs;
    while (this.#openInputs > 0 && performance.now() < endsAt) await sleep(5);
    if (this.#openInputs > 0) this.problems.push(`${this.#openInputs} request iterables were not closed`);
    const listeners = this.#signals.flatMap((signal) => getEventListeners(signal, "abort"));
    if (listeners.length > 0)
      this.problems.push(`${listeners.length} listeners are left on ${this.#signals.length} signals`);
  }

  async #call(name: string): Promise<void> {
    const random = this.#random;
    const timeoutMs = random.integer(10, 300);
    const startedAt = performance.now();
    this.#lastDeadlineAt = Math.max(this.#lastDeadlineAt, startedAt + timeoutMs);
    const { signal, stop } = this.#signal(timeoutMs);
    const kind = random.pick(["unary", "serverStream", "clientStream", "bidi"] as const);

    const watchdog = new AbortController();
    const tooLate = sleep(timeoutMs + this.#options.marginMs, "hangs", { signal: watchdog.signal }).catch(() => "");
    const outcome = this.#run(kind, { timeoutMs, headers: { "x-name": name }, ...(signal && { signal }) }).then(
      () => "ok",
      (error: unknown) => this.#failure(name, error),
    );
    const result = await Promise.race([outcome, tooLate]);
    watchdog.abort();
    stop();
    this.outcomes.set(result, (this.outcomes.get(result) ?? 0) + 1);
    if (result === "hangs") this.problems.push(`${name} ${kind}: not ended by its deadline of ${timeoutMs} ms`);
  }

  #failure(name: string, error: unknown): string {
    if (!(error instanceof ConnectError)) {
      this.problems.push(`${name}: rejected with ${String(error)}`);
      return "not a ConnectError";
    }
    if (NEVER_SENT in error) this.neverSent.push(name);
    return Code[error.code] ?? `unknown code ${error.code}`;
  }

  /** No signal, one of its own that fires at some time, or the one it shares with others. */
  #signal(timeoutMs: number): { signal?: AbortSignal; stop: () => void } {
    const random = this.#random;
    const kind = random.next();
    if (kind < 0.4) return { stop: () => undefined };
    if (kind < 0.7) {
      const controller = new AbortController();
      this.#signals.push(controller.signal);
      const timer = setTimeout(() => controller.abort(), random.integer(0, timeoutMs));
      return { signal: controller.signal, stop: () => clearTimeout(timer) };
    }
    const shared = this.#shared;
    if (random.chance(0.1)) {
      this.#shared = new AbortController();
      this.#signals.push(this.#shared.signal);
      setTimeout(() => shared.abort(new Error("all of them")), random.integer(0, 50));
    }
    return { signal: shared.signal, stop: () => undefined };
  }

  async #run(kind: "unary" | "serverStream" | "clientStream" | "bidi", options: CallOptions): Promise<void> {
    const client = this.#client;
    switch (kind) {
      case "unary":
        await client.health({}, options);
        return;
      case "serverStream":
        await this.#read(client.streamGet({ key: this.#random.bytes(10) }, options));
        return;
      case "clientStream":
        await client.streamSet(
          this.#input((content) => ({ content })),
          options,
        );
        return;
      case "bidi":
        await this.#read(
          client.streamExportTx(
            this.#input((content) => ({ tx: BigInt(content.length), skipIntegrityCheck: true })),
            options,
          ),
        );
    }
  }

  /** Reads all, reads slowly, or reads a little and never comes back. */
  async #read(messages: AsyncIterable<unknown>): Promise<void> {
    const manner = this.#random.next();
    let count = 0;
    for await (const _ of messages) {
      count++;
      if (manner < 0.15 && count > 1) return;
      if (manner > 0.8 && count < 10) await sleep(2);
    }
  }

  async *#input<T>(message: (content: Buffer) => T): AsyncGenerator<T> {
    const random = this.#random;
    const count = random.chance(0.1) ? Number.POSITIVE_INFINITY : random.integer(0, 6);
    const failsAt = random.chance(0.1) ? random.integer(0, 5) : -1;
    const bytes = random.chance(0.1) ? 150_000 : random.integer(0, 500);
    this.#openInputs++;
    try {
      for (let i = 0; i < count; i++) {
        if (i === failsAt) throw new Error("The request cannot go on");
        if (random.chance(0.3)) await sleep(random.integer(0, 8));
        yield message(Buffer.alloc(bytes));
      }
    } finally {
      this.#openInputs--;
    }
  }
}
