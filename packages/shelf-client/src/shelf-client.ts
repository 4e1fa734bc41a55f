import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ShelfCallOptions } from "./call.js";
import type { ShelfValue } from "./field-path.js";
import type { BatchEntry, Mode, Protocol, Shelf, ShelfOptions } from "./query-types.js";

/** Where shelves come from: a client, a batch or a transaction. */
export interface ShelfSource<P extends Protocol, M extends Mode> {
  /**
   * A shelf by its name. Nothing is sent, and no shelf has to exist: the first item that is put makes it.
   *
   * @param name - 1 to 511 bytes of UTF-8 without NUL.
   */
  shelf(name: string): Shelf<ShelfValue, ShelfValue, P, M>;
  shelf<S extends StandardSchemaV1>(
    name: string,
    options: ShelfOptions<S>,
  ): Shelf<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>, P, M>;
}

/** A client of one ShelfDB server. Cheap to keep, safe to share; `connectShelf()` makes one. */
export interface ShelfClientBase<P extends Protocol> extends ShelfSource<P, "now">, AsyncDisposable {
  /**
   * Runs several operations as one: all of them, or none, over any shelves.
   *
   * A batch that writes is one of the writers whether its entries come first or last; entries see what the ones before
   * them wrote. Never repeated once it may have been sent.
   *
   * @returns The result of the last entry, which is the only one that both generations give back.
   * @throws OutcomeUnknownError if entries write and no answer came: all of it may have happened.
   * @throws ShelfServerError if an entry fails; nothing has happened then.
   * @example
   * const total = await db.batch((batch) => [
   *   batch.shelf("account").put("a", { balance: 1 }),
   *   batch.shelf("account").count(),
   * ]);
   */
  batch<const E extends readonly BatchEntry<unknown>[]>(
    build: (batch: ShelfSource<P, "batch">) => E,
    options?: ShelfCallOptions,
  ): Promise<LastResult<E>>;

  /**
   * Asks the server which generation of the protocol it speaks, so that a wrong address shows at start. It leaves no
   * trace there.
   *
   * @throws PumiceError `Unavailable` if nobody answers, `FailedPrecondition` if it is not the protocol that was asked for.
   */
  ready(options?: ShelfCallOptions): Promise<{ readonly protocol: P }>;

  /**
   * Ends the calls and transactions under way, and every later one, with ClientClosedError, and closes the
   * connections. A write that was sent and not answered ends with OutcomeUnknownError. May be called twice.
   */
  close(): Promise<void>;
}

/** What only a client of the third generation has. */
export interface Transactions {
  /**
   * Runs a function inside of a transaction, which is committed when the function resolves.
   *
   * It is rolled back when the function throws, the signal fires, the time is over, the connection is lost, or a write
   * in it has failed, which may have written a part. Reads see the shelves as they were at the beginning, and the
   * transaction's own writes. The server has one writer: others wait, as long as `timeoutMs` and `signal` let them.
   * Inside, write through the transaction: a write through the client would wait for it. Calls that the function has
   * not waited for end before the commit.
   *
   * @returns What the function returns.
   * @throws What the function throws, unchanged.
   * @throws OutcomeUnknownError if the commit was sent and no answer came.
   * @example
   * await db.transaction(async (tx) => {
   *   const found = await tx.shelf("counter").get("visits");
   *   await tx.shelf("counter").put("visits", found ? Number(found.data) + 1 : 1);
   * });
   */
  transaction<R>(run: (transaction: ShelfTransaction) => Promise<R>, options?: TransactionOptions): Promise<R>;
}

/** The client for a generation, or for both under `protocol: "auto"`. */
export type ShelfClient<P extends Protocol = Protocol> = ShelfClientBase<P> & (3 extends P ? Transactions : unknown);

/** An open transaction; its shelves read and write inside of it. */
export interface ShelfTransaction extends ShelfSource<3, "now"> {
  /** Fires when the transaction is given up. */
  readonly signal: AbortSignal;
}

export interface TransactionOptions extends ShelfCallOptions {
  /** A reader waits for nobody and may not write. @defaultValue "write" */
  readonly mode?: "read" | "write" | undefined;
}

/** The result of a batch's last entry. */
export type LastResult<E extends readonly unknown[]> = E extends readonly []
  ? undefined
  : E extends readonly [...unknown[], BatchEntry<infer R>]
    ? R
    : E extends readonly BatchEntry<infer R>[]
      ? R | undefined
      : never;

export interface ConnectShelfOptions {
  /** Allows a server on another machine. Whoever reaches a ShelfDB can run code on it. @defaultValue false */
  readonly allowRemote?: boolean | undefined;
  /** Milliseconds that a connection may take. @defaultValue 10000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds without a byte while an answer is awaited, the wait for the writer's turn excepted. @defaultValue 30000 */
  readonly readTimeoutMs?: number | undefined;
  /** Bytes of an answer at most. @defaultValue 67108864 */
  readonly maxAnswerBytes?: number | undefined;
  /** Connections at a time; further calls wait. @defaultValue 32 for protocol 2, which uses one for each call, else 8 */
  readonly maxConnections?: number | undefined;
}
