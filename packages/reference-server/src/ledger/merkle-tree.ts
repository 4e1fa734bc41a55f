import { sha256 } from "./hashing.js";

const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

/** The hash tree of RFC 6962 over a list that only grows, with the proofs that immudb makes of it. */
export class MerkleTree {
  /** At each height the hashes of the complete subtrees, from the left. */
  private readonly complete: Uint8Array[][] = [[]];

  constructor(leaves: Iterable<Uint8Array> = []) {
    for (const leaf of leaves) this.append(leaf);
  }

  get size(): number {
    return this.complete[0]?.length ?? 0;
  }

  append(leaf: Uint8Array): void {
    let hash = sha256(leafPrefix, leaf);
    for (let height = 0; ; height++) {
      this.complete[height] ??= [];
      const row = this.complete[height];
      row?.push(hash);
      if (!row || row.length % 2 === 1) return;
      hash = joined(row[row.length - 2] ?? hash, hash);
    }
  }

  /** The root over the first `size` leaves; the hash of nothing for none. */
  root(size: number = this.size): Uint8Array {
    return size === 0 ? sha256() : this.rootOf({ start: 0, size });
  }

  /** The audit path of a leaf in the tree of the first `size` leaves, from the leaf upwards (RFC 6962, 2.1.1). */
  auditPath(index: number, size: number): Uint8Array[] {
    return this.pathIn(index, { start: 0, size });
  }

  /**
   * From the tree of `older` leaves to that of `newer` leaves. Other than in RFC 6962, 2.1.2 the first term is there
   * also when the older tree is complete, and equal sizes have the two halves.
   */
  consistencyPath(older: number, newer: number): Uint8Array[] {
    if (older === 0) return [];
    const whole = { start: 0, size: newer };
    if (older < newer) return this.consistencyIn(older, whole);
    if (newer === 1) return [];
    const [left, right] = halves(whole);
    return [this.rootOf(right), this.rootOf(left)];
  }

  private rootOf(part: Part): Uint8Array {
    const { start, size } = part;
    const height = Math.log2(size);
    if (Number.isInteger(height)) {
      const known = this.complete[height]?.[start / size]; // a part of such a size begins at a multiple of it
      if (!known) throw new RangeError(`Cannot hash leaves ${start} to ${start + size}: the tree has ${this.size}`);
      return known;
    }
    const [left, right] = halves(part);
    return joined(this.rootOf(left), this.rootOf(right));
  }

  private pathIn(index: number, part: Part): Uint8Array[] {
    if (part.size === 1) return [];
    const [left, right] = halves(part);
    return index < right.start
      ? [...this.pathIn(index, left), this.rootOf(right)]
      : [...this.pathIn(index, right), this.rootOf(left)];
  }

  private consistencyIn(older: number, part: Part): Uint8Array[] {
    if (older === part.size) return [this.rootOf(part)];
    const [left, right] = halves(part);
    return older <= left.size
      ? [...this.consistencyIn(older, left), this.rootOf(right)]
      : [...this.consistencyIn(older - left.size, right), this.rootOf(left)];
  }
}

/** Consecutive leaves. */
interface Part {
  readonly start: number;
  readonly size: number;
}

/** The left one holds the largest power of two that is smaller than the whole. */
function halves({ start, size }: Part): [left: Part, right: Part] {
  const leftSize = 2 ** (Math.ceil(Math.log2(size)) - 1);
  return [
    { start, size: leftSize },
    { start: start + leftSize, size: size - leftSize },
  ];
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(nodePrefix, left, right);
}
