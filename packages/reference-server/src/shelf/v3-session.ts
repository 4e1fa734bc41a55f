import { PythonError } from "./python-error.js";
import { pythonType } from "./python-type.js";
import type { Shelf, ShelfStore, ShelfTransaction } from "./shelf-store.js";
import { getV3Item, putV3Item, runV3Query } from "./v3-query.js";

/** What a connection of the third generation does to the store: commands inside one transaction at a time. */
export class V3Session {
  private transaction: ShelfTransaction | undefined;

  constructor(private readonly store: ShelfStore) {}

  get isWriting(): boolean {
    return this.transaction?.mode === "write";
  }

  /** True for a command that has to wait until no other connection writes. */
  wantsToWrite(command: unknown): boolean {
    return commandName(command) === "begin" && modeOf(command) === "write" && !this.transaction;
  }

  /**
   * Runs a command.
   *
   * @returns The result, for `packValue`.
   * @throws PythonError with the text of the server of 3.1.0; a transaction stays open.
   */
  handle(command: unknown): unknown {
    if (!(command instanceof Map)) throw new PythonError("TypeError", "command must be a dict");
    const name: unknown = command.get("cmd");
    if (name === "begin") return this.begin(modeOf(command));
    checkHashable(name);
    if (!["put", "get", "query", "commit", "rollback"].includes(String(name))) {
      throw new PythonError("ValueError", "unknown command");
    }
    const { transaction } = this;
    if (!transaction) throw new PythonError("RuntimeError", "no active transaction");
    switch (name) {
      case "commit":
        this.transaction = undefined;
        transaction.commit();
        return new Map([["committed", true]]);
      case "rollback":
        this.close();
        return new Map([["rolled_back", true]]);
      default:
        return run(transaction, command);
    }
  }

  /** Rolls back what is open. */
  close(): void {
    this.transaction?.rollback();
    this.transaction = undefined;
  }

  private begin(mode: unknown): unknown {
    if (this.transaction) throw new PythonError("RuntimeError", "transaction already active");
    checkHashable(mode);
    if (mode !== "read" && mode !== "write") throw new PythonError("ValueError", "unsupported transaction mode");
    this.transaction = this.store.begin(mode);
    return new Map([["mode", mode]]);
  }
}

/** The name of a command, if it has one that is a string. */
export function commandName(command: unknown): string | undefined {
  const name: unknown = command instanceof Map ? command.get("cmd") : undefined;
  return typeof name === "string" ? name : undefined;
}

function run(transaction: ShelfTransaction, command: ReadonlyMap<unknown, unknown>): unknown {
  const shelfName = field(command, "shelf");
  if (command.get("cmd") === "query") {
    const ops = command.has("ops") ? command.get("ops") : [];
    const action = field(command, "action");
    return runV3Query(shelfOf(transaction, shelfName), ops, action);
  }
  const key = field(command, "key");
  if (command.get("cmd") === "get") return getV3Item(shelfOf(transaction, shelfName), key);
  const value = field(command, "value");
  return putV3Item(shelfOf(transaction, shelfName), key, value);
}

function shelfOf(transaction: ShelfTransaction, name: unknown): Shelf {
  if (typeof name === "string") return transaction.shelf(name);
  throw new PythonError("AttributeError", `'${pythonType(name)}' object has no attribute 'encode'`);
}

function field(command: ReadonlyMap<unknown, unknown>, name: string): unknown {
  if (command.has(name)) return command.get(name);
  throw new PythonError("KeyError", `'${name}'`);
}

function modeOf(command: unknown): unknown {
  return command instanceof Map && command.has("mode") ? command.get("mode") : null;
}

function checkHashable(value: unknown): void {
  if (Array.isArray(value) || value instanceof Map) {
    throw new PythonError("TypeError", `unhashable type: '${pythonType(value)}'`);
  }
}
