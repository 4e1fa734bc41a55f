import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { connectKv, UnauthenticatedError } from "@pumice/kv-client";
import { connectAs, connectTo, type Fact, freshPrefix, type KvTarget, stubsOf } from "../kv-target.js";

/** Login, tokens, sessions. */
export function sessionFacts(target: KvTarget, fact: Fact): void {
  fact("a wrong password is an UnauthenticatedError of the login", async () => {
    await using kv = connectTo(target, { password: "wrong" });
    await assert.rejects(kv.get("k"), (error) => {
      assert.ok(error instanceof UnauthenticatedError);
      assert.equal(error.rpc, "scoriadb.ScoriaDB/Authenticate");
      assert.doesNotMatch(JSON.stringify(error) + error.stack, /wrong/);
      return true;
    });
  });

  fact("user names are trimmed and lower-cased at login", async () => {
    await using kv = connectTo(target, { username: `  ${target.username.toUpperCase()} ` });
    assert.equal(await kv.get(freshPrefix()), undefined);
  });

  fact("a call without a token, with another scheme, or with a bad token is unauthenticated", async () => {
    const { stub } = await stubsOf(target);
    const texts: [HeadersInit, string][] = [
      [{}, "missing authorization header"],
      [{ authorization: "Basic x" }, "invalid authorization header format"],
      [{ authorization: "Bearer garbage" }, "invalid token"],
    ];
    for (const [headers, rawMessage] of texts) {
      await assert.rejects(stub.get({}, { headers }), { code: Code.Unauthenticated, rawMessage });
      await assert.rejects(rowsOf(stub.scan({}, { headers })), { code: Code.Unauthenticated, rawMessage });
    }
  });

  fact("the token is a JWT that says when it expires and which roles it has", async () => {
    await using kv = connectTo(target);
    const { token } = await kv.session({ token: true });
    const [header, payload] = token.split(".", 2).map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
    assert.equal(header.alg, "HS256");
    assert.deepEqual(payload.roles, ["admin"]);
    assert.equal(Math.floor(payload.exp) - payload.iat, 24 * 60 * 60); // exp may have a fraction
  });

  fact("session() tells roles and expiry, and the token on request only", async () => {
    await using kv = connectTo(target);
    const { roles, expiresAt, ...others } = await kv.session();
    assert.deepEqual(roles, ["admin"]);
    const lifeMs = Number(expiresAt) - Date.now();
    assert.ok(lifeMs > 86_000_000 && lifeMs <= 86_401_000, `${lifeMs} ms`);
    assert.deepEqual(others, {});
    const { token } = await kv.session({ token: true });
    const { stub } = await stubsOf(target);
    await stub.get({}, { headers: { authorization: `Bearer ${token}` } });
  });

  fact("ready() resolves on a good login, and throws what a bad one does", async () => {
    await using kv = connectTo(target);
    await kv.ready();
    await using wrong = connectTo(target, { password: "wrong" });
    await assert.rejects(wrong.ready(), UnauthenticatedError);
  });

  fact("logout() ends the session, until login()", async () => {
    await using kv = connectTo(target);
    await kv.ready();
    kv.logout();
    const refused = (error: unknown) => error instanceof UnauthenticatedError && error.attempts === 0;
    await assert.rejects(kv.get("k"), refused);
    await assert.rejects(kv.session(), refused);
    assert.deepEqual((await kv.login()).roles, ["admin"]);
    assert.equal(await kv.get(freshPrefix()), undefined);
  });

  fact("login() changes the user, and a login that fails leaves the one of before", async () => {
    await using reader = await connectAs(target, "readonly");
    assert.deepEqual((await reader.session()).roles, ["readonly"]);
    const { username, password } = target;
    assert.deepEqual((await reader.login({ username, password })).roles, ["admin"]);
    await assert.rejects(reader.login({ username, password: "wrong" }), UnauthenticatedError);
    assert.deepEqual((await reader.session()).roles, ["admin"]);
  });

  fact("a client without a user sends nothing before its login()", async () => {
    await using kv = connectKv({ transport: target.transport() });
    await assert.rejects(kv.get("k"), (error) => error instanceof UnauthenticatedError && error.attempts === 0);
    const { username, password } = target;
    await kv.login({ username, password });
    assert.equal(await kv.get(freshPrefix()), undefined);
  });

  fact("credentials may come from a function, which is asked at each login", async () => {
    const { username, password } = target;
    let asked = 0;
    await using kv = connectKv({
      transport: target.transport(),
      credentials: async () => {
        asked += 1;
        return { username, password };
      },
    });
    await Promise.all([kv.get("k"), kv.get("k"), kv.ready()]);
    assert.equal(asked, 1);
    await kv.login();
    assert.equal(asked, 2);
  });
}

async function rowsOf(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}
