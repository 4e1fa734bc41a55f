import { PythonError } from "./python-error.js";

/** The errors of the storage below the real servers, by their classes in Python. */
const texts = {
  BadTxnError: "MDB_BAD_TXN: Transaction must abort, has a child, or is invalid",
  BadValsizeError: "MDB_BAD_VALSIZE: Unsupported size of key/DB name/data, or wrong DUPFIXED size",
  DbsFullError: "MDB_DBS_FULL: Environment maxdbs limit reached",
  MapFullError: "MDB_MAP_FULL: Environment mapsize limit reached",
  ReadersFullError: "MDB_READERS_FULL: Environment maxreaders limit reached",
  ReadonlyError: "Permission denied",
} as const;

/** @param action - What the storage was asked to do, for instance `mdb_put`. */
export function lmdbError(action: string, type: keyof typeof texts): PythonError {
  return new PythonError(type, `${action}: ${texts[type]}`);
}
