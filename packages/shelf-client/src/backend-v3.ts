import { Code } from "@connectrpc/connect";
import { PumiceError, unlessAborted } from "@pumice/client-core";
import type { Backend, BackendOptions, RunPlan } from "./backend.js";
import { type Call, CallEnded } from "./call.js";
import { compileV3, emptyResult } from "./compile-v3.js";
import { ConnectionFailure } from "./connection/connection-failure.js";
import { FifoGate } from "./connection/fifo-gate.js";
import { Session } from "./connection/session.js";
import { SessionPool } from "./connection/session-pool.js";
import { AnsweredError, foundNone, noSuchShelf } from "./errors.js";
import type { Action, Compiled, Plan, PlanResult } from "./plan.js";
import { readAs } from "./read-answer.js";
import type { Reply } from "./wire/server-error.js";
import type { Command } from "./wire/v3-command.js";

/**
 * The third generation: transactions on connections that are kept. Its server has one writer at a time and never tells
 * who waits for itself, so the writers of one client wait here for each other.
 */
export function backendV3({ address, limits, maxConnections }: BackendOptions): Backend {
  const pool = new SessionPool((signal) => Session.open(address, limits, signal), maxConnections);
  const writers = new FifoGate(1);

  const inSession = async <T>(
    mode: "read" | "write",
    call: Call,
    use: (session: Session) => Promise<T>,
  ): Promise<T> => {
    if (mode === "read") return await pool.lend(call.signal, use);
    const leave = await enterAsWriter(writers, call);
    try {
      return await pool.lend(call.signal, use);
    } finally {
      leave();
    }
  };

  const read = async (plan: Plan, compiled: Compiled<Command>, call: Call): Promise<PlanResult> =>
    await inSession("read", call, async (session) => {
      const commands: Command[] = [{ cmd: "begin", mode: "read" }, compiled.request, { cmd: "rollback" }];
      const [begun, reply] = await session.send(commands, () => call.attempts++);
      resultOf(begun);
      return readReplyTo(plan.action, compiled, reply);
    });

  /** A put writes all or nothing, so its commit can be on the way already; others are looked at first. */
  const put = async (compiled: Compiled<Command>, call: Call): Promise<PlanResult> =>
    await inSession("write", call, async (session) => {
      const commands: Command[] = [{ cmd: "begin", mode: "write" }, compiled.request, { cmd: "commit" }];
      const replies = await session.send(commands, () => {
        call.attempts++;
        call.isUncertain = true;
      });
      call.isUncertain = false;
      for (const reply of replies) resultOf(reply);
      return undefined;
    });

  const transaction: Backend["transaction"] = async (mode, call, use) =>
    await inSession(mode, call, async (session) => {
      const [begun] = await session.send([{ cmd: "begin", mode }], () => call.attempts++);
      resultOf(begun);
      const open = new OpenTransaction(session);
      let result: Awaited<ReturnType<typeof use>>;
      try {
        result = await unlessAborted(use(open.run), call.signal);
        await open.finish();
      } catch (error) {
        await open.rollBack();
        throw error;
      }
      const [committed] = await session.send([{ cmd: "commit" }], () => {
        call.isUncertain = mode === "write";
      });
      call.isUncertain = false;
      resultOf(committed);
      return result;
    });

  return {
    protocol: 3,
    async run(plan, call) {
      const compiled = compileV3(plan);
      if (plan.action.kind === "put") return await put(compiled, call);
      if (compiled.writes) return await transaction("write", call, async (run) => await run(plan, call));
      try {
        return await read(plan, compiled, call);
      } catch (error) {
        // A kept connection may have ended meanwhile; reading once more does no harm.
        if (!(error instanceof ConnectionFailure) || error.kind !== "lost") throw error;
        return await read(plan, compiled, call);
      }
    },
    async batch(plans, call) {
      const mode = plans.some((plan) => compileV3(plan).writes) ? "write" : "read";
      return await transaction(mode, call, async (run) => {
        let last: PlanResult;
        for (const plan of plans) last = await run(plan, call);
        return last;
      });
    },
    transaction,
    close: (reason) => pool.close(reason),
  };
}

/** A transaction between its begin and its end. */
class OpenTransaction {
  private readonly underWay = new Set<Promise<unknown>>();
  private brokenBy: { readonly call: Call; readonly error: unknown } | undefined;
  private isOver = false;

  constructor(private readonly session: Session) {}

  readonly run: RunPlan = async (plan, call) => {
    if (this.isOver) {
      const message = `Cannot ${call.name}: the transaction has ended`;
      throw new PumiceError(message, Code.FailedPrecondition, { rpc: `shelfdb/${call.name}`, attempts: 0 });
    }
    const compiled = compileV3(plan);
    call.signal.throwIfAborted();
    let wasAnswered = false;
    // Replies belong to commands by their order alone: a command that is given up takes the connection with it.
    const onAbort = (): void => this.session.end(call.signal.reason);
    call.signal.addEventListener("abort", onAbort, { once: true });
    const replies = this.session.send([compiled.request], () => {
      call.attempts ||= 1; // the begin of its own transaction has counted already
    });
    this.underWay.add(replies);
    try {
      const [reply] = await replies;
      wasAnswered = true; // otherwise the connection has ended, or nothing was sent
      return readReplyTo(plan.action, compiled, reply);
    } catch (error) {
      if (compiled.writes && wasAnswered) this.brokenBy ??= { call, error };
      throw error;
    } finally {
      call.signal.removeEventListener("abort", onAbort);
      this.underWay.delete(replies);
    }
  };

  /**
   * Waits for what nobody has waited for.
   *
   * @throws PumiceError `FailedPrecondition` after a write that failed, since it may have written a part.
   */
  async finish(): Promise<void> {
    this.isOver = true;
    await Promise.allSettled(this.underWay);
    if (!this.brokenBy) return;
    const { call, error } = this.brokenBy;
    const message = `Cannot commit: ${call.name} failed and may have written a part, all was rolled back`;
    throw new PumiceError(message, Code.FailedPrecondition, { rpc: "shelfdb/transaction", attempts: 1, cause: error });
  }

  /** Never throws: a connection that fails rolls back as well. */
  async rollBack(): Promise<void> {
    this.isOver = true;
    await this.session.send([{ cmd: "rollback" }]).catch(() => undefined);
  }
}

async function enterAsWriter(writers: FifoGate, call: Call): Promise<() => void> {
  try {
    return await writers.enter(call.signal);
  } catch (error) {
    if (!(error instanceof CallEnded) || error.why !== "timeout") throw error;
    const hint = "another write of this client had not ended; inside of a transaction, write through it";
    throw new CallEnded("timeout", `${error.message}: ${hint}`, error);
  }
}

function readReplyTo(action: Action, compiled: Compiled<Command>, reply: Reply | undefined): PlanResult {
  if (reply && !reply.ok) {
    if (!compiled.writes && reply.error === noSuchShelf) return emptyOrNone(action);
    if (action.kind === "get" && reply.error === foundNone) return undefined;
  }
  const result = resultOf(reply);
  return readAs(() => compiled.read(result));
}

/** On a shelf that nobody has written to. */
function emptyOrNone(action: Action): PlanResult {
  if (action.kind === "item") throw new AnsweredError({ message: foundNone });
  return emptyResult(action);
}

function resultOf(reply: Reply | undefined): unknown {
  if (!reply) throw new ConnectionFailure("malformed", "Cannot read the answer: there is none");
  if (!reply.ok) throw new AnsweredError({ message: reply.error });
  return reply.result;
}
