import type { DescMethod } from "@bufbuild/protobuf";
import {
  type CallOptions,
  ConflictError,
  checkCallOptions,
  OutcomeUnknownError,
  PumiceError,
  translateError,
  unlessAborted,
} from "@pumice/client-core";
import { ScoriaDB, TxnOp_OpType } from "@pumice/stubs/scoriadb";
import { readValue } from "./data-calls.js";
import { commitError } from "./errors.js";
import type { Write } from "./message-size.js";
import type { KvRpcs } from "./rpcs.js";
import { WriteBuffer } from "./write-buffer.js";

const { beginTxn, commitTxn, rollbackTxn } = ScoriaDB.method;

/** What the calls of a transaction take from the transaction. */
export type TransactionDefaults = Pick<CallOptions, "signal" | "headers">;

/**
 * Begins a transaction.
 *
 * @param options - Of this call.
 * @param defaults - Of the calls of the transaction.
 */
export async function beginTransaction(
  rpcs: KvRpcs,
  options: CallOptions,
  defaults: TransactionDefaults,
): Promise<OpenTransaction> {
  checkCallOptions(options);
  const { signal, ...others } = options;
  const aborted = () => abortedBefore(beginTxn, signal);
  if (signal?.aborted) throw aborted();
  const begin = async () => {
    const { txnId, startTs } = await rpcs.calls.unary(beginTxn, others, (call) => rpcs.stub.beginTxn({}, call));
    return new OpenTransaction(rpcs, { id: txnId, startTimestamp: startTs }, defaults);
  };
  const begun = begin();
  return unlessAborted(begun, signal, () => {
    // The answer that nobody waits for any more holds the name of a transaction that is open.
    begun.then((transaction) => transaction.abandon()).catch(() => undefined);
    return aborted();
  });
}

/** A transaction between its begin and its end, and the writes that wait for its commit. */
export class OpenTransaction {
  readonly id: string;
  readonly startTimestamp: bigint;
  readonly rpcs: KvRpcs;
  readonly writes: WriteBuffer;
  readonly #defaults: TransactionDefaults;
  readonly #pending = new Set<Promise<void>>();
  #end: "committed" | "rolled back" | undefined;

  constructor(rpcs: KvRpcs, begun: Pick<OpenTransaction, "id" | "startTimestamp">, defaults: TransactionDefaults) {
    this.rpcs = rpcs;
    this.id = begun.id;
    this.startTimestamp = begun.startTimestamp;
    this.writes = new WriteBuffer(begun.id);
    this.#defaults = defaults;
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** @throws Error if the transaction is over. */
  check(action: string): void {
    if (this.#end) throw new Error(`Cannot ${action}: transaction ${this.id} was ${this.#end} already`);
  }

  /** Options of one of its calls. */
  options<Options extends CallOptions>(own: Options): Options {
    const { signal, headers } = this.#defaults;
    return { ...own, signal: eitherOf(own.signal, signal), headers: own.headers ?? headers };
  }

  /** The value of a key at the snapshot; the transaction's own writes are not in it. */
  read(at: Pick<Write, "key" | "cfName">, options: CallOptions): Promise<Uint8Array | undefined> {
    return readValue(this.rpcs, at, { ...this.options(options), snapshotTimestamp: this.startTimestamp });
  }

  /** A write that takes its time; the commit waits for it. */
  later(write: () => Promise<void>): Promise<void> {
    const writing = write();
    const result = writing.then(); // a promise of its own: whoever drops it hears of its failure, as of any other
    this.#pending.add(result);
    const settled = () => this.#pending.delete(result);
    writing.then(settled, settled);
    return result;
  }

  async commit(own: CallOptions): Promise<void> {
    this.check("commit");
    checkCallOptions(own); // before it counts as over
    this.#end = "committed";
    const options = this.options(own);
    const { signal } = options;
    try {
      await unlessAborted(Promise.all(this.#pending), signal, () => abortedBefore(commitTxn, signal));
      await this.#send(options);
    } catch (error) {
      // After a conflict the server has ended it; an unknown outcome must stay as it is.
      if (!(error instanceof ConflictError || error instanceof OutcomeUnknownError)) await this.#tellRollback(options);
      throw error;
    }
  }

  async rollback(own: CallOptions): Promise<void> {
    this.check("roll back");
    checkCallOptions(own);
    this.#end = "rolled back";
    const { calls, stub } = this.rpcs;
    await calls.unary(rollbackTxn, sentOnce(this.options(own)), (call) => stub.rollbackTxn({ txnId: this.id }, call));
  }

  async #send(options: CallOptions): Promise<void> {
    const { calls, stub } = this.rpcs;
    const request = { txnId: this.id, ops: this.writes.all().map(operation) };
    try {
      await calls.unary(commitTxn, sentOnce(options), (call) => stub.commitTxn(request, call));
    } catch (error) {
      throw error instanceof PumiceError ? commitError(error) : error;
    }
  }

  /** Ends it without a commit if it is open yet, and tells the server as far as it can be reached; never throws. */
  async abandon(): Promise<void> {
    if (this.#end) return;
    this.#end = "rolled back";
    await this.#tellRollback(this.#defaults);
  }

  /** An abort does not stop the telling, only the waiting for it. */
  async #tellRollback({ signal, headers }: TransactionDefaults): Promise<void> {
    const { calls, stub } = this.rpcs;
    const options: CallOptions = { headers, timeoutMs: rollbackTimeoutMs, retry: "never" };
    const told = calls.nested(rollbackTxn, options, (call) => stub.rollbackTxn({ txnId: this.id }, call));
    await unlessAborted(told, signal).catch(() => undefined);
  }
}

/** How long a rollback that nobody asked for may hold up what they did ask for. */
const rollbackTimeoutMs = 5000;

/** What a signal makes of a call that was not sent. */
function abortedBefore(method: DescMethod, signal: AbortSignal | undefined): PumiceError {
  return translateError(signal?.reason, { rpc: `${ScoriaDB.typeName}/${method.name}`, attempts: 0, signal });
}

/** An id ends once: a repeat would be answered NOT_FOUND, whatever the first one did, or end another's transaction. */
function sentOnce(options: CallOptions): CallOptions {
  return options.retry === "always" ? { ...options, retry: "safe" } : options;
}

function operation({ key, value, cfName }: Write) {
  return value ? { op: TxnOp_OpType.PUT, key, value, cfName } : { op: TxnOp_OpType.DELETE, key, cfName };
}

function eitherOf(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a && b ? AbortSignal.any([a, b]) : (a ?? b);
}
