import assert from "node:assert/strict";
import {
  AlreadyExistsError,
  type LedgerGrantable,
  NotFoundError,
  PermissionDeniedError,
  UnauthenticatedError,
} from "@pumice/ledger-client";
import { connectTo, type Fact, freshName, freshPrefix, type LedgerTarget } from "../ledger-target.js";

/** Users, rights, passwords. */
export function userFacts(target: LedgerTarget, fact: Fact): void {
  const newUser = (permission: LedgerGrantable = "readWrite") => {
    return { username: freshName(), password: "Password1!", permission };
  };

  fact("users are created and listed with their permissions in words", async () => {
    await using ledger = connectTo(target);
    const user = newUser("admin");
    await ledger.createUser(user);
    await assert.rejects(ledger.createUser(user), AlreadyExistsError);
    const users = await ledger.listUsers();
    const own = users.find(({ username }) => username === user.username);
    assert.deepEqual(own?.permissions, [{ database: "defaultdb", permission: "admin" }]);
    assert.equal(own?.active, true);
    assert.equal(own?.createdBy, target.username);
    const admin = users.find(({ username }) => username === target.username);
    assert.deepEqual(admin?.permissions[0]?.permission, "sysAdmin");
    await assert.rejects(ledger.createUser({ ...newUser(), database: freshName() }), NotFoundError);
  });

  fact("a reader reads, with proofs, and cannot write", async () => {
    await using admin = connectTo(target);
    const user = newUser("read");
    const key = freshPrefix();
    await admin.createUser(user);
    await admin.set(key, "value");
    await using reader = connectTo(target, user);
    assert.equal((await reader.get(key))?.text(), "value");
    assert.equal((await reader.verifiedGet(key))?.text(), "value");
    await assert.rejects(reader.set(key, "other"), PermissionDeniedError);
    await assert.rejects(reader.verifiedSet(key, "other"), PermissionDeniedError);
    await assert.rejects(reader.getAll([key]), PermissionDeniedError);
    await assert.rejects(reader.createDatabase(freshName()), PermissionDeniedError);
    await assert.rejects(reader.createUser(newUser()), PermissionDeniedError);
  });

  fact("permissions are given and taken, while the user goes on", async () => {
    await using admin = connectTo(target);
    const user = newUser("read");
    await admin.createUser(user);
    await using writer = connectTo(target, user);
    await writer.ready();
    const { username } = user;
    await admin.grantPermission({ username, permission: "readWrite" });
    await writer.set(freshPrefix(), "value");
    await admin.revokePermission({ username, permission: "readWrite" });
    await assert.rejects(writer.set(freshPrefix(), "value"), PermissionDeniedError);
    await assert.rejects(admin.grantPermission({ username: freshName(), permission: "read" }), NotFoundError);
  });

  fact("SQL privileges are given and taken", async () => {
    await using admin = connectTo(target);
    const user = newUser("read");
    await admin.createUser(user);
    const grant = { username: user.username, privileges: ["CREATE", "DROP"] } as const;
    const privileges = async () => {
      const listed = (await admin.listUsers()).find(({ username }) => username === user.username);
      return listed?.sqlPrivileges.map(({ privilege }) => privilege) ?? [];
    };
    await admin.grantSqlPrivileges(grant);
    assert.ok((await privileges()).includes("DROP"));
    await admin.revokeSqlPrivileges(grant);
    assert.ok(!(await privileges()).includes("DROP"));
  });

  fact("a user that is not active cannot log in", async () => {
    await using admin = connectTo(target);
    const user = newUser();
    await admin.createUser(user);
    await using ledger = connectTo(target, user);
    await ledger.ready();
    await admin.setUserActive(user.username, false);
    await assert.rejects(ledger.get("k"), UnauthenticatedError);
    await admin.setUserActive(user.username, true);
    assert.equal(await ledger.get(freshPrefix()), undefined);
  });

  fact("a changed password ends the sessions with the old one", async () => {
    await using admin = connectTo(target);
    const user = newUser();
    await admin.createUser(user);
    await using ledger = connectTo(target, user);
    await ledger.ready();
    await admin.changePassword({ user: user.username, newPassword: "Password2!" });
    await assert.rejects(ledger.get("k"), UnauthenticatedError);
    await ledger.login({ username: user.username, password: "Password2!" });
    assert.equal(await ledger.get(freshPrefix()), undefined);
    await assert.rejects(admin.changePassword({ user: freshName(), newPassword: "Password2!" }), NotFoundError);
  });

  fact("the administrator who changes the own password goes on with it", async () => {
    await using admin = connectTo(target);
    const part = admin.useDatabase("defaultdb");
    await part.ready();
    const [user, newPassword] = [target.username, "Password2!"];
    await admin.changePassword({ user, oldPassword: target.password, newPassword });
    try {
      assert.equal(await admin.get(freshPrefix()), undefined);
      assert.equal(await part.get(freshPrefix()), undefined);
    } finally {
      const back = { user, oldPassword: newPassword, newPassword: target.password };
      await admin.changePassword(back, { anyPassword: true });
    }
    assert.equal(await admin.get(freshPrefix()), undefined);
    assert.equal(await part.get(freshPrefix()), undefined);
  });

  fact("the wrong old password of the administrator is refused", async () => {
    await using admin = connectTo(target);
    const change = { user: target.username, oldPassword: "wrong", newPassword: "Password2!" };
    await assert.rejects(admin.changePassword(change), PermissionDeniedError);
  });

  fact("names, permissions and passwords that the server mishandles are refused before they are sent", async () => {
    await using admin = connectTo(target);
    const user = newUser();
    for (const password of ["", "short1!", "password1!", "Password!", "Password1", `Password1!${"x".repeat(23)}`]) {
      await assert.rejects(admin.createUser({ ...user, password }), TypeError);
    }
    await assert.rejects(admin.createUser({ ...user, password: "x".repeat(73) }, { anyPassword: true }), TypeError);
    await assert.rejects(admin.createUser({ ...user, username: "no-dashes" }), TypeError);
    for (const permission of ["none", "sysAdmin", 256]) {
      await assert.rejects(admin.createUser({ ...user, permission: permission as "read" }), TypeError);
    }
    await admin.createUser({ ...user, password: "x" }, { anyPassword: true });
    await using ledger = connectTo(target, { ...user, password: "x" });
    await ledger.ready();
  });
}
