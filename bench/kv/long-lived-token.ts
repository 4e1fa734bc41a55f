const claims = { sub: "admin", roles: ["admin"], iat: 1_700_000_000, exp: 4_100_000_000 };

/** A token that looks like those of ScoriaDB, and lives until the year 2099. */
export const longLivedToken: string = [{ alg: "HS256", typ: "JWT" }, claims, "not signed"]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");
