import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallOptions, Code } from "@connectrpc/connect";
import { bytes, collect, type KvStub, login, newUser, startKv, ways } from "./kv-targets.js";

const denied = { code: Code.PermissionDenied, rawMessage: "insufficient privileges" };
const wrongLogin = { code: Code.Unauthenticated, rawMessage: "invalid username or password" };

/** Every rpc that wants a token, with a request that would be accepted, or fails by NOT_FOUND. */
const calls: Readonly<Record<string, (stub: KvStub, caller: CallOptions) => Promise<unknown>>> = {
  Get: (stub, caller) => stub.get({ key: bytes("k") }, caller),
  Scan: (stub, caller) => collect(stub.scan({}, caller)),
  Put: (stub, caller) => stub.put({ key: bytes("k") }, caller),
  Delete: (stub, caller) => stub.delete({ key: bytes("k") }, caller),
  BeginTxn: (stub, caller) => stub.beginTxn({}, caller),
  CommitTxn: (stub, caller) => stub.commitTxn({ txnId: "x" }, caller),
  RollbackTxn: (stub, caller) => stub.rollbackTxn({ txnId: "x" }, caller),
  ListCF: (stub, caller) => stub.listCF({}, caller),
  CreateCF: (stub, caller) => stub.createCF({ name: crypto.randomUUID() }, caller),
  DeleteCF: (stub, caller) => stub.deleteCF({ name: "x" }, caller),
  CreateUser: (stub, caller) => stub.createUser({ username: crypto.randomUUID(), password: "x" }, caller),
  ChangePassword: (stub, caller) => stub.changePassword({ username: "x", newPassword: "x" }, caller),
  ListUsers: (stub, caller) => stub.listUsers({}, caller),
};

const allowed: Readonly<Record<string, readonly string[]>> = {
  "": [],
  readonly: ["Get", "Scan"],
  readwrite: ["Get", "Scan", "Put", "Delete", "BeginTxn", "CommitTxn", "RollbackTxn"],
  admin: Object.keys(calls),
};

for (const [name, way] of Object.entries(ways)) {
  test(`the reference KV, over ${name}: each rpc is for the roles of the contract`, async () => {
    await using kv = await startKv({}, way);
    const { stub, admin } = kv;
    for (const [role, rpcs] of Object.entries(allowed)) {
      const caller = await newUser(stub, admin, ...(role ? [role] : []));
      for (const [rpc, call] of Object.entries(calls)) {
        const made = call(stub, caller).catch((error) => {
          if (error.code !== Code.NotFound) throw error;
        });
        if (rpcs.includes(rpc)) await made;
        else await assert.rejects(made, denied, `${role} ${rpc}`);
      }
    }
  });

  test(`the reference KV, over ${name}: every rpc but the login wants a good token`, async () => {
    await using kv = await startKv({}, way);
    const headers: [HeadersInit, string][] = [
      [{}, "missing authorization header"],
      [{ authorization: "Basic x" }, "invalid authorization header format"],
      [{ authorization: "bearer x" }, "invalid authorization header format"],
      [{ authorization: "Bearer x" }, "invalid token"],
    ];
    for (const [caller, rawMessage] of headers) {
      for (const [rpc, call] of Object.entries(calls)) {
        await assert.rejects(call(kv.stub, { headers: caller }), { code: Code.Unauthenticated, rawMessage }, rpc);
      }
    }
  });
}

test("the reference KV closes its own families to everyone but admins, in every rpc", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  const writer = await newUser(stub, admin, "readonly", "readwrite");
  for (const cfName of ["__auth__", "__meta__"]) {
    await assert.rejects(stub.get({ cfName }, writer), denied);
    await assert.rejects(stub.put({ cfName }, writer), denied);
    await assert.rejects(stub.delete({ cfName }, writer), denied);
    await assert.rejects(collect(stub.scan({ cfName }, writer)), denied);
    const { txnId } = await stub.beginTxn({}, writer);
    await assert.rejects(stub.commitTxn({ txnId, ops: [{ cfName }] }, writer), denied);
    await assert.rejects(stub.createCF({ name: cfName }, admin), {
      code: Code.PermissionDenied,
      rawMessage: `cannot create system CF: ${cfName}`,
    });
    await assert.rejects(stub.deleteCF({ name: cfName }, admin), {
      code: Code.PermissionDenied,
      rawMessage: `cannot delete system CF: ${cfName}`,
    });
  }
  const records = await collect(stub.scan({ cfName: "__auth__", prefix: bytes("user:admin") }, admin));
  assert.equal(records.length, 1);
  assert.match(Buffer.from(records[0]?.value ?? []).toString(), /"password_hash":"scrypt:/);
});

test("the reference KV makes users, whose names are trimmed and lower-cased", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  await stub.createUser({ username: " Bob ", password: "pw", roles: ["readonly", "readwrite"] }, admin);
  const { users } = await stub.listUsers({}, admin);
  assert.deepEqual(
    users.map(({ username, roles }) => [username, ...roles]),
    [
      ["admin", "admin"],
      ["bob", "readonly", "readwrite"],
    ],
  );
  for (const name of ["bob", "BOB", "\tbob\n"]) await login(stub, name, "pw");
  const again = stub.createUser({ username: "BOB", password: "other" }, admin);
  await assert.rejects(again, { code: Code.AlreadyExists, rawMessage: "user already exists" });
  await login(stub, "bob", "pw");
});

test("the reference KV refuses unknown roles and empty passwords, and changes nothing", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  const wrong: [Promise<unknown>, string][] = [
    [stub.createUser({ username: "z", password: "pw", roles: ["readonly", "king"] }, admin), "invalid role: king"],
    [stub.createUser({ username: "z", password: "pw", roles: ["Admin"] }, admin), "invalid role: Admin"],
    [stub.createUser({ username: "z", roles: ["readonly"] }, admin), "password cannot be empty"],
    [stub.changePassword({ username: "admin" }, admin), "password cannot be empty"],
  ];
  for (const [call, rawMessage] of wrong) await assert.rejects(call, { code: Code.InvalidArgument, rawMessage });
  assert.equal((await stub.listUsers({}, admin)).users.length, 1);
  for (const [name, password] of [
    ["admin", ""],
    ["admin", "Admin"],
    ["z", "pw"],
  ] as const) {
    await assert.rejects(login(stub, name, password), wrongLogin);
  }
});

test("the reference KV changes passwords; tokens from before stay good", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  await stub.createUser({ username: "bob", password: "old", roles: ["readonly"] }, admin);
  const before = await login(stub, "bob", "old");
  await stub.changePassword({ username: " Bob", newPassword: "new" }, admin);
  await assert.rejects(login(stub, "bob", "old"), wrongLogin);
  const after = await login(stub, "bob", "new");
  for (const caller of [before, after]) await stub.get({ key: bytes("k") }, caller);
  await assert.rejects(stub.put({ key: bytes("k") }, after), denied); // the roles are the same
  const ghost = stub.changePassword({ username: "ghost", newPassword: "x" }, admin);
  await assert.rejects(ghost, { code: Code.NotFound, rawMessage: "user not found" });
});
