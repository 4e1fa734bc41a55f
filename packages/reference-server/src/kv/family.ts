import { SortedKeys } from "./sorted-keys.js";

/** What a key held from one commit on. */
export interface Version {
  readonly commit: bigint;
  /** Undefined in the version that deleted the key (a tombstone). */
  readonly value: Uint8Array | undefined;
}

/** A column family: its keys, as byte strings, with their versions (MVCC), the oldest first. */
export class Family {
  private readonly keys = new SortedKeys();
  private readonly versions = new Map<string, Version[]>();

  /** @param createdAt - The timestamp of its creation: no version is older. */
  constructor(readonly createdAt: bigint) {}

  /** The value that a snapshot shows, or the latest one; undefined if the key did not exist then. */
  get(key: string, snapshot?: bigint): Uint8Array | undefined {
    const versions = this.versions.get(key);
    if (snapshot === undefined) return versions?.at(-1)?.value;
    return versions?.findLast(({ commit }) => commit <= snapshot)?.value;
  }

  /** When the key was last written or deleted; undefined if it never was, or if that has been forgotten. */
  lastCommit(key: string): bigint | undefined {
    return this.versions.get(key)?.at(-1)?.commit;
  }

  /**
   * Adds the newest version of a key, or replaces one of the same commit.
   *
   * @returns True if there will be something to {@link forget} once no snapshot is older than this version.
   */
  write(key: string, version: Version): boolean {
    const versions = this.versions.get(key);
    if (!versions) {
      this.versions.set(key, [version]);
      this.keys.add(key);
      return version.value === undefined;
    }
    if (versions.at(-1)?.commit === version.commit) versions.pop();
    versions.push(version);
    return true;
  }

  /** Drops what no snapshot from `commit` on can see: older versions of the key, and a tombstone before all others. */
  forget(key: string, commit: bigint): void {
    const versions = this.versions.get(key);
    if (!versions) return;
    const first = versions.findLastIndex((version) => version.commit <= commit);
    versions.splice(0, versions[first]?.value === undefined ? first + 1 : first);
    if (versions.length > 0) return;
    this.versions.delete(key);
    this.keys.remove(key);
  }

  /** The keys with a prefix that have versions, in the order of their bytes; keys may come and go meanwhile. */
  keysWith(prefix: string): Iterable<string> {
    return this.keys.from(prefix);
  }
}
