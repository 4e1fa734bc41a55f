import assert from "node:assert/strict";
import { test } from "node:test";
import { tokenClaims } from "./token-claims.js";

const jwt = (payload: string) => `e30.${Buffer.from(payload).toString("base64url")}.signature`;

test("tokenClaims() reads expiry and roles of a JWT, whatever its letters", () => {
  const claims = { sub: "ÿ>?é", exp: 1_700_000_000, roles: ["admin", "rôle"] };
  assert.deepEqual(tokenClaims(jwt(JSON.stringify(claims))), {
    roles: ["admin", "rôle"],
    expiresAtMs: 1_700_000_000_000,
  });
});

test("tokenClaims() knows nothing of another kind of token", () => {
  const nothing = { roles: [], expiresAtMs: undefined };
  for (const token of ["", "opaque", "a.b.c", "..", jwt("null"), jwt("5"), jwt('{"exp":"soon","roles":"admin"}')]) {
    assert.deepEqual(tokenClaims(token), nothing);
  }
  assert.deepEqual(tokenClaims(jwt('{"roles":["admin",7]}')).roles, ["admin"]);
});
