import { compareBytes } from "./compare-bytes.js";
import { checkCommitSize, commitBytes, operationBytes, type Write } from "./message-size.js";

/** The writes of a transaction that wait for its commit: one a key, the last one counts. */
export class WriteBuffer {
  private readonly families = new Map<string, Map<string, Write>>();
  private bytes: number;

  constructor(transactionId: string) {
    this.bytes = commitBytes(transactionId);
  }

  /**
   * Takes a write, with copies of its bytes, in place of an earlier one of the same key.
   *
   * @throws RangeError if the commit would be longer than a message may be; the buffer stays as it was.
   */
  add({ key, value, cfName }: Write): void {
    const write: Write = { key: key.slice(), value: value?.slice(), cfName };
    const family = this.families.get(cfName) ?? new Map<string, Write>();
    const name = byteString(key);
    const replaced = family.get(name);
    const bytes = this.bytes + operationBytes(write) - (replaced ? operationBytes(replaced) : 0);
    checkCommitSize(write, bytes);
    this.families.set(cfName, family.set(name, write));
    this.bytes = bytes;
  }

  /** What the transaction wrote to a key; undefined if it did not. */
  find(cfName: string, key: Uint8Array): Write | undefined {
    return this.families.get(cfName)?.get(byteString(key));
  }

  /** The writes to keys that begin with `prefix`, in the order of their bytes. */
  under(cfName: string, prefix: Uint8Array): Write[] {
    const begin = byteString(prefix);
    return [...(this.families.get(cfName) ?? [])]
      .filter(([name]) => name.startsWith(begin))
      .map(([, write]) => write)
      .sort((a, b) => compareBytes(a.key, b.key));
  }

  all(): Write[] {
    return [...this.families.values()].flatMap((family) => [...family.values()]);
  }
}

/** Bytes as a string of the same order and equality, one character each: what a Map can find. */
function byteString(bytes: Uint8Array): string {
  let text = "";
  // In pieces, as a call takes a limited number of arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
