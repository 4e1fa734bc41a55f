import type { MessageInitShape } from "@bufbuild/protobuf";
import { EntryTypeAction, type ImmuService, type OpSchema, type PreconditionSchema } from "@pumice/stubs/immudb";
import type { SeededRandom } from "../faults/seeded-random.js";

/** One call: a method of the service, and its request. */
export interface LedgerCall {
  readonly method: keyof typeof ImmuService.method;
  readonly request: Record<string, unknown>;
}

/**
 * Makes calls at random, out of few keys and sets, so that they meet each other: what was written is read, referred to,
 * deleted, and written again. Many are refused.
 *
 * @param lastTx - The newest transaction when the call is made.
 */
export function randomCall(random: SeededRandom, lastTx: bigint): LedgerCall {
  const key = () => Buffer.from(random.chance(0.02) ? "" : random.pick(keys));
  const set = () => Buffer.from(random.pick(["s", "t"]));
  const tx = () => BigInt(random.integer(random.chance(0.05) ? 0 : 1, Number(lastTx) + (random.chance(0.05) ? 2 : 0)));
  // An older one than the latest allows the real server to answer from an older index: what it says depends on time.
  const sinceTx = () => (random.chance(0.9) ? 0n : lastTx + BigInt(random.integer(0, 1)));
  const limit = () => (random.chance(0.7) ? 0 : random.pick([1, 2, 3, 5, 2500, 2501]));
  const offset = () => (random.chance(0.8) ? 0n : BigInt(random.integer(0, 5)));
  const score = () => random.pick([0, 1, 2.5, 100, -0, -1, -5, Number.MAX_VALUE, Number.POSITIVE_INFINITY]);
  const bound = () =>
    random.chance(0.6) ? {} : { atTx: random.chance(0.1) ? 0n : tx(), boundRef: random.chance(0.9) };
  const prove = () => ({ proveSinceTx: random.chance(0.1) ? 0n : tx() });
  const metadata = () => {
    if (random.chance(0.7)) return undefined;
    const nonIndexable = random.chance(0.2);
    if (random.chance(0.15)) return { deleted: true, nonIndexable };
    return {
      nonIndexable,
      ...(random.chance(0.4) && { expiration: { expiresAt: random.pick([1n, 5_000_000_000n]) } }),
    };
  };
  const value = () => Buffer.from(random.bytes(random.pick([0, 1, 5, 40])));
  const keyValue = () => {
    const given = metadata();
    return { key: key(), value: value(), ...(given && { metadata: given }) };
  };
  const reference = () => ({ key: key(), referencedKey: key(), ...bound() });
  const element = () => ({ set: set(), key: key(), score: score(), ...bound() });
  const preconditions = (): MessageInitShape<typeof PreconditionSchema>[] => {
    if (random.chance(0.8)) return [];
    const txID = tx();
    return [
      random.pick<MessageInitShape<typeof PreconditionSchema>>([
        { precondition: { case: "keyMustExist", value: { key: key() } } },
        { precondition: { case: "keyMustNotExist", value: { key: key() } } },
        { precondition: { case: "keyNotModifiedAfterTX", value: { key: key(), txID } } },
        {},
      ]),
    ];
  };
  const operation = (): MessageInitShape<typeof OpSchema> =>
    random.pick<MessageInitShape<typeof OpSchema>>([
      { operation: { case: "kv", value: keyValue() } },
      { operation: { case: "kv", value: keyValue() } },
      { operation: { case: "ref", value: reference() } },
      { operation: { case: "zAdd", value: element() } },
    ]);
  const some = <T>(make: () => T, most: number): T[] => Array.from({ length: random.integer(0, most) }, make);
  const setRequest = () => ({ KVs: some(keyValue, random.pick([1, 3, 9])), preconditions: preconditions() });
  const keyRequest = () => ({
    key: key(),
    atTx: random.chance(0.6) ? 0n : tx(),
    sinceTx: sinceTx(),
    atRevision: random.chance(0.8) ? 0n : BigInt(random.integer(-3, 5)),
  });
  const entriesSpec = () => {
    if (random.chance(0.5)) return {};
    const actions = [
      EntryTypeAction.EXCLUDE,
      EntryTypeAction.ONLY_DIGEST,
      EntryTypeAction.RAW_VALUE,
      EntryTypeAction.RESOLVE,
    ];
    const spec = () => ({ action: random.pick(actions) });
    return { entriesSpec: { kvEntriesSpec: spec(), ...(random.chance(0.8) && { zEntriesSpec: spec() }) } };
  };
  const keepReferencesUnresolved = random.chance(0.2);

  return random.pick<() => LedgerCall>([
    () => ({ method: "set", request: setRequest() }),
    () => ({ method: "set", request: setRequest() }),
    () => ({ method: "verifiableSet", request: { setRequest: setRequest(), ...prove() } }),
    () => ({ method: "delete", request: { keys: some(key, 2), sinceTx: sinceTx() } }),
    () => ({ method: "setReference", request: { ...reference(), preconditions: preconditions() } }),
    () => ({ method: "verifiableSetReference", request: { referenceRequest: reference(), ...prove() } }),
    () => ({ method: "zAdd", request: element() }),
    () => ({ method: "verifiableZAdd", request: { zAddRequest: element(), ...prove() } }),
    () => ({
      method: "execAll",
      request: { Operations: some(operation, 5), noWait: random.chance(0.2), preconditions: preconditions() },
    }),
    () => ({ method: "get", request: keyRequest() }),
    () => ({ method: "verifiableGet", request: { keyRequest: keyRequest(), ...prove() } }),
    () => ({ method: "verifiableGet", request: { keyRequest: { key: key() }, ...prove() } }),
    () => ({ method: "getAll", request: { keys: some(key, 5), sinceTx: sinceTx() } }),
    () => ({
      method: "history",
      request: { key: key(), offset: offset(), limit: limit(), desc: random.chance(0.5), sinceTx: sinceTx() },
    }),
    () => ({ method: "count", request: { prefix: Buffer.from(random.pick(["", "a", "k"])) } }),
    () => ({ method: "countAll", request: {} }),
    () => ({ method: "currentState", request: {} }),
    () => ({
      method: "scan",
      request: {
        prefix: Buffer.from(random.pick(["", "", "a", "k", "zz"])),
        seekKey: random.chance(0.7) ? Buffer.alloc(0) : key(),
        endKey: random.chance(0.7) ? Buffer.alloc(0) : key(),
        desc: random.chance(0.5),
        inclusiveSeek: random.chance(0.5),
        inclusiveEnd: random.chance(0.5),
        limit: BigInt(limit()),
        offset: offset(),
        sinceTx: sinceTx(),
      },
    }),
    () => ({
      method: "zScan",
      request: {
        set: set(),
        ...(random.chance(0.3) && { minScore: { score: score() } }),
        ...(random.chance(0.3) && { maxScore: { score: score() } }),
        ...(random.chance(0.3) && { seekKey: key(), seekScore: score(), inclusiveSeek: random.chance(0.5) }),
        desc: random.chance(0.5),
        limit: BigInt(limit()),
        offset: offset(),
        sinceTx: sinceTx(),
      },
    }),
    () => ({ method: "txById", request: { tx: tx(), ...entriesSpec(), sinceTx: sinceTx(), keepReferencesUnresolved } }),
    () => ({
      method: "txScan",
      request: { initialTx: tx(), limit: limit(), desc: random.chance(0.5), ...entriesSpec(), sinceTx: sinceTx() },
    }),
    () => ({ method: "verifiableTxById", request: { tx: tx(), ...prove(), ...entriesSpec(), sinceTx: sinceTx() } }),
  ])();
}

const keys = ["a", "ab", "b", "k1", "k2", "k3", "key", "r1", "r2"];
