import { lmdbError } from "./lmdb-error.js";
import { type Range, SortedRecords } from "./sorted-records.js";
import { StoredValue } from "./stored-value.js";

export interface ShelfLimits {
  /** Shelves in the database. */
  readonly shelves: number;
  /** Bytes in the database; what the real storage adds to keys and values is guessed. */
  readonly bytes: number;
  /** Transactions that read at a time. */
  readonly readers: number;
}

/** All of a database at one moment; never changed. */
interface State {
  readonly shelves: ReadonlyMap<string, SortedRecords>;
  readonly bytes: number;
}

/**
 * The state of one server: shelves of values, read and written in transactions. Pure: no clock, no wire.
 *
 * A transaction sees what was committed when it began, and its own writes. There may be one that writes at a time;
 * who writes next is not decided here.
 */
export class ShelfStore {
  private state: State = { shelves: new Map(), bytes: 0 };
  private readers = 0;

  constructor(readonly limits: ShelfLimits) {}

  /** @throws PythonError if too many transactions read already. */
  begin(mode: "read" | "write"): ShelfTransaction {
    if (mode === "read") {
      if (this.readers >= this.limits.readers) throw lmdbError("mdb_txn_begin", "ReadersFullError");
      this.readers += 1;
    }
    return new ShelfTransaction(mode, this.limits, this.state, (state) => {
      if (state) this.state = state;
      if (mode === "read") this.readers -= 1;
    });
  }
}

/** A view of the database that nobody else changes. To be ended once, by `commit()` or `rollback()`. */
export class ShelfTransaction {
  private readonly shelves: Map<string, SortedRecords>;
  /** Shelves that were copied, or made, and may be written to. */
  private readonly own = new Set<string>();
  private bytes: number;
  private isBroken = false;

  constructor(
    readonly mode: "read" | "write",
    private readonly limits: ShelfLimits,
    state: State,
    private readonly end: (state?: State) => void,
  ) {
    this.shelves = new Map(state.shelves);
    this.bytes = state.bytes;
  }

  /**
   * Opens a shelf; in a transaction that writes, one that does not exist is made.
   *
   * @throws PythonError if it cannot be, or does not exist.
   */
  shelf(name: string): Shelf {
    const [known = ""] = name.split("\0", 1); // the storage's names end there
    this.check("mdb_dbi_open");
    if (!isKey(known)) throw lmdbError("mdb_dbi_open", "BadValsizeError");
    if (!this.shelves.has(known)) {
      if (this.mode === "read") throw lmdbError("mdb_dbi_open", "ReadonlyError");
      if (this.shelves.size >= this.limits.shelves) throw lmdbError("mdb_dbi_open", "DbsFullError");
      this.shelves.set(known, SortedRecords.empty());
      this.own.add(known);
    }
    return new Shelf(this, known);
  }

  /** @throws PythonError if a full database has broken the transaction; it is rolled back then. */
  commit(): void {
    if (this.isBroken) {
      this.rollback();
      this.check("mdb_txn_commit");
    }
    this.end(this.mode === "write" ? { shelves: this.shelves, bytes: this.bytes } : undefined);
  }

  rollback(): void {
    this.end();
  }

  /** For shelves: what to read. */
  records(name: string, action: string): SortedRecords {
    this.check(action);
    return this.shelves.get(name) ?? SortedRecords.empty();
  }

  /** For shelves: what to write to. */
  writable(name: string, action: string): SortedRecords {
    const records = this.records(name, action);
    if (this.mode === "read") throw lmdbError(action, "ReadonlyError");
    if (this.own.has(name)) return records;
    const copy = records.copy();
    this.shelves.set(name, copy);
    this.own.add(name);
    return copy;
  }

  /** For shelves: counts what comes, and breaks the transaction if it does not fit. */
  grow(bytes: number, action: string): void {
    if (bytes > 0 && this.bytes + bytes > this.limits.bytes) {
      this.isBroken = true;
      throw lmdbError(action, "MapFullError");
    }
    this.bytes += bytes;
  }

  private check(action: string): void {
    if (this.isBroken) throw lmdbError(action, "BadTxnError");
  }
}

/** One shelf, as a transaction sees it. */
export class Shelf {
  constructor(
    private readonly transaction: ShelfTransaction,
    private readonly name: string,
  ) {}

  /** @throws PythonError for an empty key. */
  get(key: string, action: string): StoredValue | undefined {
    const records = this.transaction.records(this.name, action);
    if (key === "") throw lmdbError(action, "BadValsizeError");
    return records.get(key);
  }

  keys(range?: Range): Generator<string> {
    return this.transaction.records(this.name, "mdb_cursor_get").keys(range);
  }

  /**
   * Stores a value and returns it as it is stored.
   *
   * @param action - What the server asks its storage to do, which begins an error's text.
   * @throws PythonError if it cannot be stored; nothing is changed then.
   */
  put(key: string, value: unknown, action: string): StoredValue {
    const stored = new StoredValue(value);
    const records = this.transaction.writable(this.name, action);
    if (!isKey(key)) throw lmdbError(action, "BadValsizeError");
    const size = bytesInStorage(key, stored);
    const before = records.get(key);
    this.transaction.grow(size - (before ? bytesInStorage(key, before) : 0), action);
    records.set(key, stored);
    return stored;
  }

  /** @returns Whether it was there. */
  delete(key: string): boolean {
    const found = this.transaction.writable(this.name, "mdb_del").delete(key);
    if (found) this.transaction.grow(-bytesInStorage(key, found), "mdb_del");
    return found !== undefined;
  }
}

function isKey(key: string): boolean {
  return key !== "" && Buffer.byteLength(key) <= 511;
}

/** A small value stands in a page with others, a larger one has pages of its own. */
function bytesInStorage(key: string, { size }: StoredValue): number {
  const record = Buffer.byteLength(key) + size + 16;
  return record > pageBytes / 2 ? Math.ceil(record / pageBytes) * pageBytes : record;
}

const pageBytes = 4096;
