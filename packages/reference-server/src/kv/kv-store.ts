import { byteString, bytesOf } from "./byte-string.js";
import { SortedKeys } from "./sorted-keys.js";

/** A live entry as a scan yields it. */
export interface StoredEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** The family that an empty name means. */
export const defaultFamily = "default";

/**
 * The state of a key-value server: column families of keys with all their versions (MVCC).
 *
 * A commit gets the next timestamp. Timestamps start at 2, so a read at 1 sees nothing and 0 can mean "latest".
 */
export class KvStore {
  private readonly families = new Map<string, Family>([[defaultFamily, new Family()]]);
  private lastCommit = 1n;

  familyNames(): string[] {
    return [...this.families.keys()].sort();
  }

  hasFamily(name: string): boolean {
    return this.families.has(name);
  }

  createFamily(name: string): void {
    this.families.set(name, new Family());
  }

  /** Drops a family with all its keys. */
  dropFamily(name: string): void {
    this.families.delete(name);
  }

  /** The value at a timestamp, or the latest one; undefined if the key did not exist then. */
  get(family: string, key: Uint8Array, snapshot?: bigint): Uint8Array | undefined {
    return this.family(family).get(byteString(key), snapshot);
  }

  /** Writes a version; without a value a deletion. Returns its timestamp. */
  write(family: string, key: Uint8Array, value: Uint8Array | undefined): bigint {
    const target = this.family(family);
    this.lastCommit += 1n;
    // A copy: what came in is a view that would hold the whole received chunk.
    target.write(byteString(key), { commit: this.lastCommit, value: value && new Uint8Array(value) });
    return this.lastCommit;
  }

  /** The entries under a prefix as they are when the scan begins, in the order of the keys' bytes. */
  *scan(family: string, prefix: Uint8Array): Generator<StoredEntry> {
    const source = this.family(family);
    const snapshot = this.lastCommit;
    for (const key of source.keysWith(byteString(prefix))) {
      const value = source.get(key, snapshot);
      if (value) yield { key: bytesOf(key), value };
    }
  }

  private family(name: string): Family {
    const family = this.families.get(name);
    if (!family) throw new Error(`no such column family: ${name}`);
    return family;
  }
}

interface Version {
  readonly commit: bigint;
  /** Undefined in the version that deleted the key. */
  readonly value: Uint8Array | undefined;
}

class Family {
  private readonly keys = new SortedKeys();
  private readonly versions = new Map<string, Version[]>();

  get(key: string, snapshot: bigint | undefined): Uint8Array | undefined {
    const versions = this.versions.get(key);
    if (snapshot === undefined) return versions?.at(-1)?.value;
    return versions?.findLast(({ commit }) => commit <= snapshot)?.value;
  }

  write(key: string, version: Version): void {
    const versions = this.versions.get(key);
    if (versions) versions.push(version);
    else {
      this.versions.set(key, [version]);
      this.keys.add(key);
    }
  }

  keysWith(prefix: string): Iterable<string> {
    return this.keys.from(prefix);
  }
}
