import { byteString, bytesOf } from "./byte-string.js";
import { Family } from "./family.js";
import { OpenSnapshots } from "./open-snapshots.js";

/** A live entry as a scan yields it. */
export interface StoredEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A change of one key; without a value its deletion. */
export interface KeyWrite {
  readonly family: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** The family that an empty name means. */
export const defaultFamily = "default";

/**
 * The state of a key-value server: column families of keys with their versions (MVCC), on one logical clock.
 *
 * Every commit and every transaction gets the next timestamp. They start at 2, so 0 can mean "latest" and a read at 1
 * sees nothing. Versions that no open snapshot needs are forgotten some time after they were overwritten.
 */
export class KvStore {
  private readonly families = new Map<string, Family>([[defaultFamily, new Family(1n)]]);
  private readonly snapshots = new OpenSnapshots();
  /** Keys with something to forget once every snapshot is as new as their commit; by growing commit. */
  private superseded: { readonly commit: bigint; readonly family: Family; readonly key: string }[] = [];
  private clock = 1n;
  private forgottenUpTo = 1n;

  /** @param historyLength - How many timestamps back a snapshot can be read that nobody holds open. */
  constructor(private readonly historyLength: bigint = 1_000n) {}

  /** In the order of their creation. */
  familyNames(): string[] {
    return [...this.families.keys()];
  }

  hasFamily(name: string): boolean {
    return this.families.has(name);
  }

  createFamily(name: string): void {
    this.families.set(name, new Family(this.tick()));
  }

  /** Drops a family with all its keys, from all snapshots. */
  dropFamily(name: string): void {
    this.families.delete(name);
  }

  /** The value at a snapshot that {@link keeps} its history, or the latest one; undefined if there was none. */
  get(family: string, key: Uint8Array, snapshot?: bigint): Uint8Array | undefined {
    return this.family(family).get(byteString(key), snapshot);
  }

  /** True if reads at this timestamp are right still: nothing that they see has been forgotten. */
  keeps(snapshot: bigint): boolean {
    return snapshot >= this.forgottenUpTo || snapshot <= 1n;
  }

  /** Writes all at once, and returns their timestamp. Of several writes of one key the last one counts. */
  commit(writes: readonly KeyWrite[]): bigint {
    const commit = this.tick();
    for (const { family: name, key: bytes, value } of writes) {
      const [family, key] = [this.family(name), byteString(bytes)];
      // A copy: what came in is a view that would hold the whole received chunk.
      const isOlderToForget = family.write(key, { commit, value: value && new Uint8Array(value) });
      if (isOlderToForget) this.superseded.push({ commit, family, key });
    }
    this.forget();
    return commit;
  }

  /** True if one of these keys, or its family, was written or made by somebody else after a timestamp. */
  changedSince(timestamp: bigint, writes: readonly KeyWrite[]): boolean {
    return writes.some(({ family: name, key }) => {
      const family = this.family(name);
      return (family.lastCommit(byteString(key)) ?? family.createdAt) > timestamp;
    });
  }

  /** Takes a timestamp that reads stay right at until it is closed. */
  openSnapshot(): bigint {
    const timestamp = this.tick();
    this.snapshots.open(timestamp);
    return timestamp;
  }

  closeSnapshot(timestamp: bigint): void {
    this.snapshots.close(timestamp);
    this.forget();
  }

  /** The entries under a prefix as they are when the scan begins, in the order of the keys' bytes. */
  *scan(family: string, prefix: Uint8Array): Generator<StoredEntry> {
    const source = this.family(family);
    const snapshot = this.clock;
    this.snapshots.open(snapshot);
    try {
      for (const key of source.keysWith(byteString(prefix))) {
        const value = source.get(key, snapshot);
        if (value) yield { key: bytesOf(key), value };
      }
    } finally {
      this.closeSnapshot(snapshot);
    }
  }

  private tick(): bigint {
    this.clock += 1n;
    return this.clock;
  }

  private forget(): void {
    const recent = this.clock - this.historyLength;
    const open = this.snapshots.oldest() ?? recent;
    const oldest = open < recent ? open : recent;
    if (oldest <= this.forgottenUpTo) return;
    this.forgottenUpTo = oldest;
    const end = this.superseded.findIndex(({ commit }) => commit > oldest);
    for (const { commit, family, key } of this.superseded.splice(0, end < 0 ? this.superseded.length : end)) {
      family.forget(key, commit);
    }
  }

  private family(name: string): Family {
    const family = this.families.get(name);
    if (!family) throw new Error(`no such column family: ${name}`);
    return family;
  }
}
