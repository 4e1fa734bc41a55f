import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DualProofSchema } from "@pumice/stubs/immudb";
import { bigEndian, sha256 } from "./hashing.js";
import { MerkleTree } from "./merkle-tree.js";
import { entryDigest, type NewEntry, type TxEntry } from "./tx-entry.js";

/** A header in the shape of its message. */
export interface TxHeader {
  readonly id: bigint;
  readonly prevAlh: Uint8Array;
  /** Seconds since the Unix epoch. */
  readonly ts: bigint;
  readonly nentries: number;
  readonly eH: Uint8Array;
  readonly blTxId: bigint;
  readonly blRoot: Uint8Array;
  readonly version: number;
  /** Empty, as from a server that does not log who called. */
  readonly metadata?: Readonly<Record<string, never>>;
}

export interface Transaction {
  readonly header: TxHeader;
  readonly entries: readonly TxEntry[];
  /** Over the digests of the entries. */
  readonly tree: MerkleTree;
  /** The hash over the header's own part, without what came before. */
  readonly inner: Uint8Array;
  /** The accumulated hash (Alh). */
  readonly alh: Uint8Array;
}

/** A chain of transactions, with the tree over their hashes that each header points into. */
export class TxLog {
  private readonly transactions: Transaction[] = [];
  private readonly tree = new MerkleTree();

  /** @param headerVersion - 0 has no metadata, 1 has. */
  constructor(private readonly headerVersion: number) {}

  get lastId(): bigint {
    return BigInt(this.transactions.length);
  }

  get lastAlh(): Uint8Array {
    return this.transactions.at(-1)?.alh ?? sha256();
  }

  get(id: bigint): Transaction | undefined {
    return this.transactions[Number(id) - 1];
  }

  append(newEntries: readonly NewEntry[], ts: bigint): Transaction {
    const entries = newEntries.map((entry): TxEntry => ({ ...entry, valueHash: sha256(entry.value) }));
    const tree = new MerkleTree(entries.map((entry) => entryDigest(entry, this.headerVersion)));
    const header: TxHeader = {
      id: this.lastId + 1n,
      prevAlh: this.lastAlh,
      ts,
      nentries: entries.length,
      eH: tree.root(),
      blTxId: this.lastId,
      blRoot: this.lastId === 0n ? new Uint8Array(32) : this.tree.root(),
      version: this.headerVersion,
      metadata: {},
    };
    const inner = innerHash(header);
    const alh = sha256(bigEndian.u64(header.id), header.prevAlh, inner);
    const transaction: Transaction = { header, entries, tree, inner, alh };
    this.transactions.push(transaction);
    this.tree.append(alh);
    return transaction;
  }

  /** All transactions up to one, as a log of its own. */
  upTo(id: bigint): TxLog {
    const log = new TxLog(this.headerVersion);
    for (const transaction of this.transactions.slice(0, Number(id))) {
      log.transactions.push(transaction);
      log.tree.append(transaction.alh);
    }
    return log;
  }

  /** Lies about what a transaction wrote, and leaves all hashes as they are. */
  replaceEntries(id: bigint, change: (entry: TxEntry) => TxEntry): void {
    const transaction = this.get(id);
    if (transaction) this.transactions[Number(id) - 1] = { ...transaction, entries: transaction.entries.map(change) };
  }

  /** That the history up to `source` is the beginning of the one up to `target`. */
  dualProof(source: Transaction, target: Transaction): MessageInitShape<typeof DualProofSchema> {
    const sourceId = Number(source.header.id);
    const [sourceSize, targetSize] = [Number(source.header.blTxId), Number(target.header.blTxId)];
    const linearFrom = this.get(BigInt(Math.max(sourceId, targetSize))) ?? source;
    const linear = this.transactions.slice(Number(linearFrom.header.id), Number(target.header.id));
    return {
      sourceTxHeader: source.header,
      targetTxHeader: target.header,
      inclusionProof: sourceId < targetSize ? this.tree.auditPath(sourceId - 1, targetSize) : [],
      consistencyProof: this.tree.consistencyPath(sourceSize, targetSize),
      targetBlTxAlh: this.get(target.header.blTxId)?.alh ?? new Uint8Array(32),
      lastInclusionProof: targetSize > 0 ? this.tree.auditPath(targetSize - 1, targetSize) : [],
      linearProof: {
        sourceTxId: linearFrom.header.id,
        TargetTxId: target.header.id,
        terms: [linearFrom.alh, ...linear.map(({ inner }) => inner)],
      },
    };
  }
}

function innerHash({ ts, version, nentries, eH, blTxId, blRoot }: TxHeader): Uint8Array {
  const noMetadata = bigEndian.u16(0);
  const count = version === 0 ? [bigEndian.u16(nentries)] : [noMetadata, bigEndian.u32(nentries)];
  return sha256(bigEndian.u64(ts), bigEndian.u16(version), ...count, eH, bigEndian.u64(blTxId), blRoot);
}
