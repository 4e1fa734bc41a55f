import { type DescMessage, fromBinary, type MessageShape, toBinary, toJson } from "@bufbuild/protobuf";
import { sha256 } from "@pumice/ledger-client/node";
import {
  checkSignedState,
  checkVerifiableGet,
  checkVerifiableSet,
  checkVerifiableSetReference,
  checkVerifiableTx,
  checkVerifiableZAdd,
  type LedgerState,
  type ProvenTransaction,
} from "@pumice/ledger-client/verify";
import {
  type Signature,
  type VerifiableEntry,
  VerifiableEntrySchema,
  type VerifiableTx,
  VerifiableTxSchema,
} from "@pumice/stubs/immudb";
import type { SeededRandom } from "../faults/seeded-random.js";
import { database, type LedgerChain } from "./ledger-chain.js";

/** What every check hands out. */
export interface Checked {
  readonly state: LedgerState;
  readonly transaction: ProvenTransaction;
}

/** An answer that a server gave, and how it is checked. */
export interface CheckableAnswer {
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** Decodes and checks; throws when it refuses. */
  read(bytes: Uint8Array): Checked;
  /** The message as JSON, to see what changed in it. */
  json(bytes: Uint8Array): unknown;
}

/** @param check - Throws when it refuses. */
export function checkableAnswer<Desc extends DescMessage>(
  kind: string,
  { schema, answer, check }: AnswerToCheck<Desc>,
): CheckableAnswer {
  return {
    kind,
    bytes: toBinary(schema, answer),
    read: (bytes) => check(fromBinary(schema, bytes)),
    json: (bytes) => toJson(schema, fromBinary(schema, bytes)),
  };
}

interface AnswerToCheck<Desc extends DescMessage> {
  readonly schema: Desc;
  readonly answer: MessageShape<Desc>;
  check(answer: MessageShape<Desc>): Checked;
}

/** How a call is made: what is trusted, and what is random in it. */
export type ChainCall = (chain: LedgerChain, trusted: LedgerState, random: SeededRandom) => Promise<CheckableAnswer>;

const some = (random: SeededRandom) => Buffer.from(`key ${random.integer(0, 30)}`);

/** Verified calls by kind: the writes add a transaction each, the reads need one at least. */
export const chainWrites: Readonly<Record<string, ChainCall>> = {
  async set(chain, trusted, random) {
    const names = [...new Set(Array.from({ length: random.integer(1, 9) }, () => some(random).toString()))];
    const written = names.map((name) => ({ key: Buffer.from(name), value: random.bytes(random.integer(0, 40)) }));
    return await verifiableSet("set", chain, { trusted, written });
  },
  async setWithMetadata(chain, trusted, random) {
    const isHidden = random.chance(0.5);
    const deleted = isHidden && random.chance(0.5);
    const metadata = { deleted, nonIndexable: isHidden && !deleted, expiresAt: 5_000_000_000n };
    const key = Buffer.from(`${isHidden ? "hidden" : "metadata"} ${random.integer(0, 9)}`);
    const written = [{ key, value: random.bytes(5), metadata }];
    return await verifiableSet("setWithMetadata", chain, { trusted, written });
  },
  async setReference(chain, trusted, random) {
    const { client, options } = chain;
    const referencedKey = await existingKey(chain);
    const key = Buffer.from(`reference ${random.integer(0, 9)}`);
    const proveSinceTx = trusted.txId;
    const answer = await client.verifiableSetReference(
      { referenceRequest: { key, referencedKey }, proveSinceTx },
      options,
    );
    const check = (each: VerifiableTx) => {
      const checked = checkVerifiableSetReference(each, { trusted, sha256, written: { key, referencedKey, atTx: 0n } });
      return signed(chain, "VerifiableSetReference", { checked, signature: each.signature });
    };
    return checkableAnswer("setReference", { schema: VerifiableTxSchema, answer, check });
  },
  async zAdd(chain, trusted, random) {
    const { client, options } = chain;
    const written = { set: Buffer.from("set"), score: random.next() - 0.5, key: await existingKey(chain), atTx: 0n };
    const request = { zAddRequest: written, proveSinceTx: trusted.txId };
    const answer = await client.verifiableZAdd(request, options);
    const check = (each: VerifiableTx) => {
      const checked = checkVerifiableZAdd(each, { trusted, sha256, written });
      return signed(chain, "VerifiableZAdd", { checked, signature: each.signature });
    };
    return checkableAnswer("zAdd", { schema: VerifiableTxSchema, answer, check });
  },
};

export const chainReads: Readonly<Record<string, ChainCall>> = {
  async get(chain, trusted) {
    return await verifiableGet("get", chain, { trusted, requested: { key: await existingKey(chain), atTx: 0n } });
  },
  async getAtTx(chain, trusted, random) {
    const { entries } = await chain.client.history({ key: await existingKey(chain) }, chain.options);
    const { key, tx } = random.pick(entries);
    return await verifiableGet("getAtTx", chain, { trusted, requested: { key, atTx: tx } });
  },
  async getByReference(chain, trusted) {
    const requested = { key: await existingKey(chain, "reference"), atTx: 0n };
    return await verifiableGet("getByReference", chain, { trusted, requested });
  },
  async getWithMetadata(chain, trusted) {
    const requested = { key: await existingKey(chain, "metadata"), atTx: 0n };
    return await verifiableGet("getWithMetadata", chain, { trusted, requested });
  },
  async txById(chain, trusted, random) {
    const txId = BigInt(random.integer(1, Number(chain.lastTx())));
    const request = { tx: txId, proveSinceTx: trusted.txId };
    const answer = await chain.client.verifiableTxById(request, chain.options);
    const check = (each: VerifiableTx) => {
      const checked = checkVerifiableTx(each, { trusted, sha256, txId });
      return signed(chain, "VerifiableTxById", { checked, signature: each.signature });
    };
    return checkableAnswer("txById", { schema: VerifiableTxSchema, answer, check });
  },
};

async function existingKey({ client, options }: LedgerChain, prefix = "key"): Promise<Uint8Array> {
  const { entries } = await client.scan({ prefix: Buffer.from(prefix), limit: 1n, desc: prefix === "key" }, options);
  const [entry] = entries;
  if (!entry) throw new Error(`no key begins with ${prefix}`);
  return entry.referencedBy?.key ?? entry.key;
}

type Written = Parameters<typeof checkVerifiableSet>[1]["written"];

async function verifiableSet(
  kind: string,
  chain: LedgerChain,
  { trusted, written }: { readonly trusted: LedgerState; readonly written: Written },
): Promise<CheckableAnswer> {
  const KVs = written.map(({ key, value, metadata }) => {
    if (!metadata) return { key, value };
    const { deleted, nonIndexable, expiresAt } = metadata;
    return { key, value, metadata: { deleted, nonIndexable, ...(expiresAt && { expiration: { expiresAt } }) } };
  });
  const request = { setRequest: { KVs }, proveSinceTx: trusted.txId };
  const answer = await chain.client.verifiableSet(request, chain.options);
  const check = (each: VerifiableTx) => {
    const checked = checkVerifiableSet(each, { trusted, sha256, written });
    return signed(chain, "VerifiableSet", { checked, signature: each.signature });
  };
  return checkableAnswer(kind, { schema: VerifiableTxSchema, answer, check });
}

type Requested = Parameters<typeof checkVerifiableGet>[1]["requested"];

async function verifiableGet(
  kind: string,
  chain: LedgerChain,
  { trusted, requested }: { readonly trusted: LedgerState; readonly requested: Requested },
): Promise<CheckableAnswer> {
  const request = { keyRequest: requested, proveSinceTx: trusted.txId };
  const answer = await chain.client.verifiableGet(request, chain.options);
  const check = (each: VerifiableEntry) => {
    const checked = checkVerifiableGet(each, { trusted, sha256, requested });
    return signed(chain, "VerifiableGet", { checked, signature: each.verifiableTx?.signature });
  };
  return checkableAnswer(kind, { schema: VerifiableEntrySchema, answer, check });
}

function signed<T extends { readonly state: LedgerState }>(
  { verifySignature }: LedgerChain,
  rpc: string,
  { checked, signature }: { readonly checked: T; readonly signature: Signature | undefined },
): T {
  checkSignedState({ rpc, database, state: checked.state, signature }, verifySignature);
  return checked;
}
