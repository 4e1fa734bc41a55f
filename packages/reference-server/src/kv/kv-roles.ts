/** The roles a user may have, from the lowest: each may do what those before it may. */
const kvRoles = ["readonly", "readwrite", "admin"] as const;
type KvRole = (typeof kvRoles)[number];

/** The lowest role that may call an rpc; all others but the login are for admins. */
const lowestRole: Readonly<Record<string, KvRole>> = {
  Get: "readonly",
  Scan: "readonly",
  Put: "readwrite",
  Delete: "readwrite",
  BeginTxn: "readwrite",
  CommitTxn: "readwrite",
  RollbackTxn: "readwrite",
};

/** True if the name is a role's. */
export function isKvRole(name: string): name is KvRole {
  return (kvRoles as readonly string[]).includes(name);
}

/** True if one of a user's roles may call an rpc. */
export function mayCall(rpc: string, roles: readonly string[]): boolean {
  const lowest = kvRoles.indexOf(lowestRole[rpc] ?? "admin");
  return roles.some((role) => isKvRole(role) && kvRoles.indexOf(role) >= lowest);
}
