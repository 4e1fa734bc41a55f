const commitsNothing = "a commit is answered OK and applies nothing, so nothing conflicts either";

/** What ScoriaDB 0.1.1 does otherwise than its guide promises, by the fact that the suite checks. Seen on the server. */
export const scoriadbDifferences: Readonly<Record<string, string>> = {
  "an empty value is a value": "an empty value reads back as missing",
  "an empty value is found by a scan": "an empty value is left out of scans",
  "scan yields the latest version of each key": "scan yields the oldest version",
  "scan yields values of every length from 1 to 20 bytes": "a value of 12 bytes makes a scan fail",
  "scan leaves deleted keys out": "scan goes on listing deleted keys",
  "commit timestamps grow, and a snapshot shows what was there":
    "every commit timestamp is 1, and snapshots are ignored",
  "a transaction applies its writes together, and gives its function's result": commitsNothing,
  "a transaction reads its snapshot and its own writes": "snapshots are ignored",
  "a transaction that meets a conflict is run again from the start": commitsNothing,
  "a transaction that meets a conflict every time tells all reasons": commitsNothing,
  "concurrent transactions lose no update": commitsNothing,
  "a transaction writes to typed families too, and its commit waits for their writes": commitsNothing,
  "commit() applies a prepared list, of which the last write to a key counts": commitsNothing,
  "begin(), commit() and rollback() are there to be called by hand": commitsNothing,
  "a family that does not exist is a NotFoundError of a commit, and nothing of it is applied": commitsNothing,
  "families hold keys of their own and can be created, listed and dropped": "families cannot be created",
  "families that the server keeps for itself are closed to everyone but admins": "anybody may scan __auth__",
};
