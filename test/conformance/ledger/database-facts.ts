import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { AlreadyExistsError, PermissionDeniedError } from "@pumice/ledger-client";
import { connectTo, type Fact, freshName, type LedgerTarget } from "../ledger-target.js";

/** Databases. */
export function databaseFacts(target: LedgerTarget, fact: Fact): void {
  fact("databases are created, listed, and used by clients that share nothing but what is trusted", async () => {
    await using ledger = connectTo(target);
    const name = freshName();
    assert.equal(await ledger.createDatabase(name), true);
    await assert.rejects(ledger.createDatabase(name), AlreadyExistsError);
    assert.equal(await ledger.createDatabase(name, { ifNotExists: true }), false);
    const listed = await ledger.listDatabases();
    const own = listed.find((database) => database.name === name);
    assert.equal(own?.loaded, true);
    assert.equal(own?.transactionCount, 0n);
    assert.equal(own?.createdBy, target.username);
    assert.ok(Math.abs(Number(own?.createdAt) - Date.now()) < 86_400_000, String(own?.createdAt));
    assert.ok(listed.some((database) => database.name === "defaultdb"));

    const other = ledger.useDatabase(name);
    assert.equal(other.database, name);
    await other.verifiedSet("only-there", "v");
    assert.equal(await ledger.get("only-there"), undefined);
    assert.equal((await other.verifiedGet("only-there"))?.text(), "v");
    assert.equal((await other.trustedState()).txId, 1n);
    await ledger.logout();
    assert.equal((await other.get("only-there"))?.text(), "v");
    await ledger.close();
    await assert.rejects(other.get("only-there"), { kind: "client-closed" });
    await assert.rejects(ledger.useDatabase(name).get("only-there"), { kind: "client-closed" });
  });

  fact("a client of another database may be closed by itself", async () => {
    await using ledger = connectTo(target);
    const other = ledger.useDatabase("defaultdb");
    await other.ready();
    await other.close();
    await ledger.ready();
    await ledger.get("k");
  });

  fact("settings are read and changed", async () => {
    await using ledger = connectTo(target);
    const name = freshName();
    await ledger.createDatabase(name, {
      settings: { maxKeyLen: 512, maxValueLen: 64, indexSettings: { flushThreshold: 1000 } },
    });
    const other = ledger.useDatabase(name);
    const { maxKeyLen, indexSettings } = await other.databaseSettings();
    assert.equal(maxKeyLen, 512);
    assert.equal(indexSettings?.flushThreshold, 1000);
    await assert.rejects(other.set("key", new Uint8Array(100)), { kind: "call", code: Code.InvalidArgument });
    await ledger.updateDatabase(name, { autoload: false });
    assert.equal((await other.databaseSettings()).autoload, false);
    const misnamed = ledger.updateDatabase(name, { maxKeyLength: 5 } as object);
    await assert.rejects(misnamed, { name: "TypeError", message: /none called "maxKeyLength"/ });
  });

  fact("a database is unloaded, loaded and deleted", async () => {
    await using ledger = connectTo(target);
    const name = freshName();
    await ledger.createDatabase(name);
    await assert.rejects(ledger.deleteDatabase(name), { kind: "call", code: 9 });
    await ledger.unloadDatabase(name);
    await ledger.loadDatabase(name);
    await ledger.unloadDatabase(name);
    await ledger.deleteDatabase(name);
    assert.ok(!(await ledger.listDatabases()).some((database) => database.name === name));
  });

  fact("a reserved name is refused", async () => {
    await using ledger = connectTo(target);
    await assert.rejects(ledger.createDatabase("systemdb"), PermissionDeniedError);
    await assert.rejects(ledger.unloadDatabase("defaultdb"), PermissionDeniedError);
  });

  fact("the index is flushed and made smaller, and the server tells of itself", async () => {
    await using ledger = connectTo(target);
    await ledger.set("k", "v");
    await ledger.flushIndex({ cleanupPercentage: 1, synced: true });
    const { pendingRequests, lastRequestCompletedAt } = await ledger.databaseHealth();
    assert.ok(pendingRequests >= 0);
    assert.ok(Math.abs(Number(lastRequestCompletedAt) - Date.now()) < 86_400_000, String(lastRequestCompletedAt));
    const info = await ledger.serverInfo();
    assert.ok(info.databaseCount >= 1 && info.transactionCount >= 1n);
    assert.ok(info.startedAt.getTime() <= Date.now() && info.startedAt.getTime() > Date.now() - 86_400_000);
    await assert.rejects(ledger.truncateDatabase("defaultdb", 1000), RangeError);
  });
}
