import type { CallOptions, TransactionAttempt } from "@pumice/client-core";
import { runTransaction, translateError } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import type { KvOpenTransaction, KvTransaction, KvTransactionOptions } from "./kv-transaction.js";
import { beginTransaction, type OpenTransaction } from "./open-transaction.js";
import type { KvRpcs } from "./rpcs.js";
import { transactionCalls } from "./transaction-calls.js";
import { unlessAborted } from "./unless-aborted.js";

const rpc = `${ScoriaDB.typeName}/${ScoriaDB.method.commitTxn.name}`;

/** Runs a function in transactions until one commits. */
export async function transaction<T>(
  rpcs: KvRpcs,
  run: (txn: KvTransaction) => T | Promise<T>,
  { headers, ...limits }: KvTransactionOptions,
): Promise<T> {
  if (typeof run !== "function") throw new TypeError(`Cannot run the transaction: it must be a function, got ${run}`);
  return runTransaction(
    async (attempt) => {
      const { signal } = attempt;
      const txn = await beginTransaction(rpcs, { signal, headers }, { signal, headers });
      const hooks: Hook[] = [];
      const result = await work(txn, attempt, run, hooks);
      if (txn.isOver) return result; // rolled back by hand: no hook runs
      await txn.commit({});
      for (const hook of hooks) attempt.onCommit(hook);
      return result;
    },
    { ...limits, rpc },
  );
}

type Hook = () => void | Promise<void>;

/** What happens between begin and commit; whatever goes wrong here ends the transaction. */
async function work<T>(
  txn: OpenTransaction,
  { number, signal }: TransactionAttempt,
  run: (txn: KvTransaction) => T | Promise<T>,
  hooks: Hook[],
): Promise<T> {
  const calls: KvTransaction = {
    ...transactionCalls(txn),
    attempt: number,
    signal,
    onCommit(hook) {
      txn.check("add an onCommit hook");
      hooks.push(hook);
    },
  };
  try {
    const running = (async () => run(calls))();
    return await unlessAborted(running, signal, () => translateError(signal.reason, { rpc, attempts: 0, signal }));
  } catch (error) {
    await txn.abandon();
    throw error;
  }
}

/** Begins a transaction for its user to end. */
export async function beginByHand(rpcs: KvRpcs, options: CallOptions): Promise<KvOpenTransaction> {
  const txn = await beginTransaction(rpcs, options, {});
  return {
    ...transactionCalls(txn),
    commit: (commitOptions = {}) => txn.commit(commitOptions),
    [Symbol.asyncDispose]: () => txn.abandon(),
  };
}
