import { byteString } from "../kv/byte-string.js";
import type { TxEntry } from "./tx-entry.js";
import type { Transaction } from "./tx-log.js";

/** A key as one transaction wrote it. */
export interface Version {
  readonly tx: bigint;
  readonly entry: TxEntry;
  /** Counts the versions of the key from 1; 0 where it was not looked up. */
  readonly revision: bigint;
}

/** Where a walk over the keys begins and ends. */
export interface KeyRange {
  readonly prefix: Uint8Array;
  readonly desc?: boolean;
  /** Begins after this key, or before it when `desc`. */
  readonly seek?: Bound | undefined;
  /** Ends before this key, or after it when `desc`. */
  readonly end?: Bound | undefined;
}

export interface Bound {
  readonly key: Uint8Array;
  readonly inclusive: boolean;
}

/** All versions of every stored key, in the order of the keys' bytes. */
export class KeyIndex {
  private readonly versions = new Map<string, Version[]>();
  private sortedKeys: string[] | undefined = [];

  add({ header, entries }: Transaction): void {
    for (const entry of entries) {
      if (entry.metadata?.nonIndexable) continue;
      const key = byteString(entry.key);
      const versions = this.versions.get(key) ?? [];
      if (versions.length === 0) {
        this.versions.set(key, versions);
        this.sortedKeys = undefined;
      }
      versions.push({ tx: header.id, entry, revision: BigInt(versions.length + 1) });
    }
  }

  /** From the oldest; empty for an unknown key. */
  versionsOf(key: Uint8Array): readonly Version[] {
    return this.versions.get(byteString(key)) ?? [];
  }

  /** The latest version of each key in the range, deleted ones too. */
  *latest({ prefix, desc = false, seek, end }: KeyRange): Generator<Version> {
    this.sortedKeys ??= [...this.versions.keys()].sort();
    const start = byteString(prefix);
    const [lower, upper] = (desc ? [end, seek] : [seek, end]).map((bound) => bound && asText(bound));
    const inRange = this.sortedKeys.filter((key) => {
      return key.startsWith(start) && isPast(key, lower, (a, b) => a > b) && isPast(key, upper, (a, b) => a < b);
    });
    for (const key of desc ? inRange.reverse() : inRange) {
      const version = this.versions.get(key)?.at(-1);
      if (version) yield version;
    }
  }
}

interface TextBound {
  readonly key: string;
  readonly inclusive: boolean;
}

function asText({ key, inclusive }: Bound): TextBound {
  return { key: byteString(key), inclusive };
}

function isPast(key: string, bound: TextBound | undefined, isBeyond: (a: string, b: string) => boolean): boolean {
  return !bound || isBeyond(key, bound.key) || (bound.inclusive && key === bound.key);
}
