import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { connectLedger, NotFoundError, PumiceError, UnauthenticatedError } from "@pumice/ledger-client";
import { connectTo, type Fact, freshName, freshPrefix, type LedgerTarget } from "../ledger-target.js";

/** Login, sessions, their end. */
export function sessionFacts(target: LedgerTarget, fact: Fact): void {
  const { username, password } = target;

  fact("ready() says where the client is", async () => {
    await using ledger = connectTo(target, { database: "DefaultDB" });
    const { serverUuid, database } = await ledger.ready();
    assert.equal(serverUuid.length, 20);
    assert.equal(database, "defaultdb");
    assert.equal(ledger.database, "defaultdb");
  });

  fact("a wrong password is an UnauthenticatedError of the login", async () => {
    await using ledger = connectTo(target, { password: "wrong" });
    const refused = (error: unknown) => {
      assert.ok(error instanceof UnauthenticatedError);
      assert.equal(error.rpc, "immudb.schema.ImmuService/OpenSession");
      assert.doesNotMatch(JSON.stringify(error) + error.stack, /wrong/);
      return true;
    };
    await assert.rejects(ledger.get("k"), refused);
    await assert.rejects(ledger.verifiedSet("k", "v"), refused);
    await assert.rejects(ledger.ready(), refused);
  });

  fact("a database that does not exist is a NotFoundError of the login", async () => {
    await using ledger = connectTo(target, { database: freshName() });
    await assert.rejects(ledger.ready(), NotFoundError);
    await assert.rejects(ledger.get("k"), NotFoundError);
  });

  fact("any number of first calls share one login", async () => {
    let logins = 0;
    await using ledger = connectTo(target, { observe: { onRenewal: () => (logins += 1) } });
    const key = freshPrefix();
    await Promise.all([
      ledger.set(key, "v"),
      ledger.get(key),
      ledger.verifiedGet(key),
      ledger.ready(),
      ledger.scan(key).toArray(),
    ]);
    assert.equal(logins, 1);
  });

  fact("logout() ends the session, until login()", async () => {
    await using ledger = connectTo(target);
    await ledger.ready();
    await ledger.logout();
    const refused = (error: unknown) => error instanceof UnauthenticatedError && error.attempts === 0;
    await assert.rejects(ledger.get("k"), refused);
    await assert.rejects(ledger.verifiedSet("k", "v"), refused);
    await ledger.login();
    assert.equal(await ledger.get(freshPrefix()), undefined);
  });

  fact("login() changes the user in place, and one that fails leaves the one of before", async () => {
    await using ledger = connectTo(target);
    const reader = { username: freshName(), password: "Password1!" };
    await ledger.createUser({ ...reader, permission: "read" });
    await ledger.login(reader);
    await assert.rejects(ledger.set("k", "v"), { kind: "permission-denied" });
    await assert.rejects(ledger.login({ username, password: "wrong" }), UnauthenticatedError);
    await assert.rejects(ledger.set("k", "v"), { kind: "permission-denied" });
    await ledger.login({ username, password });
    await ledger.set(freshPrefix(), "v");
  });

  fact("a client without a user sends nothing before its login()", async () => {
    await using ledger = connectLedger({ transport: target.transport() });
    await assert.rejects(ledger.get("k"), (error) => error instanceof UnauthenticatedError && error.attempts === 0);
    await ledger.login({ username, password });
    assert.equal(await ledger.get(freshPrefix()), undefined);
  });

  fact("credentials may come from a function, which is asked at each login", async () => {
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return { username, password };
    };
    await using ledger = connectLedger({ transport: target.transport(), credentials });
    await Promise.all([ledger.get("k"), ledger.ready()]);
    assert.equal(asked, 1);
    await ledger.login();
    assert.equal(asked, 2);
  });

  fact("a session that the server has ended is opened again, once for any number of calls", async () => {
    let logins = 0;
    await using admin = connectTo(target);
    const user = { username: freshName(), password: "Password1!" };
    await admin.createUser({ ...user, permission: "readWrite" });
    await using ledger = connectTo(target, { ...user, observe: { onRenewal: () => (logins += 1) } });
    const key = freshPrefix();
    await ledger.set(key, "one");
    await admin.setUserActive(user.username, true); // which ends all sessions of the user
    const results = await Promise.all([
      ledger.get(key),
      ledger.verifiedSet(`${key}2`, "two"),
      ledger.set(`${key}3`, "three"),
    ]);
    assert.equal(results[0]?.text(), "one");
    assert.equal(logins, 2);
  });

  fact("after close() every call throws, and close() may be called twice", async () => {
    const ledger = connectTo(target);
    await ledger.set(freshPrefix(), "v");
    await ledger.close();
    await ledger.close();
    await assert.rejects(ledger.get("k"), { kind: "client-closed" });
    await assert.rejects(ledger.verifiedSet("k", "v"), { kind: "client-closed" });
    await assert.rejects(ledger.ready(), { kind: "client-closed" });
  });

  fact("an aborted call is canceled, one that is late has exceeded its deadline", async () => {
    await using ledger = connectTo(target);
    await ledger.ready();
    const is = (code: Code) => (error: unknown) => error instanceof PumiceError && error.code === code;
    await assert.rejects(ledger.get("k", { signal: AbortSignal.abort() }), is(Code.Canceled));
    await assert.rejects(ledger.verifiedGet("k", { signal: AbortSignal.abort() }), is(Code.Canceled));
    await assert.rejects(ledger.get("k", { timeoutMs: 0 }), RangeError);
    await assert.rejects(ledger.verifiedGet("k", { timeoutMs: -1 }), RangeError);
  });
}
