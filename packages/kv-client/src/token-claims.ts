/** What a token says of itself. */
export interface TokenClaims {
  readonly roles: readonly string[];
  /** Milliseconds since the Unix epoch; undefined if the token does not tell. */
  readonly expiresAtMs: number | undefined;
}

/**
 * The `exp` (RFC 7519, 4.1.4) and the roles of a JWT, whose signature is the server's to check. Another kind of token tells
 * nothing: it is used until the server refuses it.
 */
export function tokenClaims(jwt: string): TokenClaims {
  const claims = payloadOf(jwt);
  const exp = "exp" in claims ? claims.exp : undefined;
  const roles = "roles" in claims && Array.isArray(claims.roles) ? claims.roles : [];
  return {
    roles: roles.filter((role): role is string => typeof role === "string"),
    expiresAtMs: typeof exp === "number" ? exp * 1000 : undefined,
  };
}

function payloadOf(jwt: string): object {
  try {
    const payload = jwt.split(".")[1] ?? "";
    const binary = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? claims : {};
  } catch {
    return {};
  }
}
