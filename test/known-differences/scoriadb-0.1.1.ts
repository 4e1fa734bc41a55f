/** What ScoriaDB 0.1.1 does otherwise than its guide promises, by the fact that the suite checks. Seen on the server. */
export const scoriadbDifferences: Readonly<Record<string, string>> = {
  "an empty value is a value": "an empty value reads back as missing",
  "scan yields the latest version of each key": "scan yields the oldest version",
  "scan yields values of every length from 1 to 20 bytes": "a value of 12 bytes makes a scan fail",
  "scan leaves deleted keys out": "scan goes on listing deleted keys",
  "commit timestamps grow, and a snapshot shows what was there":
    "every commit timestamp is 1, and snapshots are ignored",
  "families hold keys of their own and can be created, listed and dropped": "families cannot be created",
  "families that the server keeps for itself are closed to everyone but admins": "anybody may scan __auth__",
};
