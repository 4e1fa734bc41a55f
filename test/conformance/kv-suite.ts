import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { NotFoundError, PermissionDeniedError, PumiceError, UnauthenticatedError } from "@pumice/kv-client";
import { connectTo, freshPrefix, type KvTarget, stubsOf } from "./kv-target.js";

/** What every server that speaks ScoriaDB's protocol must do, and what the client makes of it. */
export function kvSuite(target: KvTarget): void {
  const suite = (fact: string, run: () => Promise<void>) => {
    const difference = target.knownDifferences?.[fact];
    const name = `kv on ${target.name}: ${fact}`;
    if (difference) test(`${name} (known difference: ${difference})`, () => assert.rejects(run));
    else test(name, run);
  };

  suite("put then get gives the value back", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await kv.put(key, "Alice");
    const entry = await kv.get(key);
    assert.equal(entry?.key, key);
    assert.equal(entry?.text(), "Alice");
  });

  suite("get of a missing key is undefined", async () => {
    await using kv = connectTo(target);
    assert.equal(await kv.get(freshPrefix()), undefined);
  });

  suite("put overwrites", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await kv.put(key, "one");
    await kv.put(key, "two");
    assert.equal((await kv.get(key))?.text(), "two");
  });

  suite("delete removes a key, and deleting a missing one is no error", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await kv.put(key, "gone soon");
    await kv.delete(key);
    assert.equal(await kv.get(key), undefined);
    await kv.delete(key);
  });

  suite("keys and values of any bytes come back as they went", async () => {
    await using kv = connectTo(target);
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const key = Buffer.concat([Buffer.from(freshPrefix()), everyByte]);
    await kv.put(key, everyByte);
    const entry = await kv.get(key);
    assert.deepEqual(Buffer.from(entry?.bytes ?? []), Buffer.from(everyByte));
    const [scanned] = await collect(kv.scan(key));
    assert.deepEqual(Buffer.from(scanned?.keyBytes ?? []), key);
    assert.throws(() => scanned?.key, TypeError);
  });

  suite("an empty value is a value", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await kv.put(key, "");
    assert.equal((await kv.get(key))?.text(), "");
  });

  suite("a value of 3 MiB comes back as it went", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const value = new Uint8Array(3 * 1024 * 1024).fill(7);
    await kv.put(key, value);
    assert.deepEqual((await kv.get(key))?.bytes, value);
  });

  suite("a message above 4 MiB is refused with resource_exhausted", async () => {
    await using kv = connectTo(target);
    await assert.rejects(kv.put(freshPrefix(), new Uint8Array(4 * 1024 * 1024)), { code: Code.ResourceExhausted });
  });

  suite("scan yields the keys of its prefix in the order of their bytes", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    for (const key of ["b", "a", "ä", "a\u0000", "B", "𝄞", "￿", ""]) await kv.put(prefix + key, `is ${key}`);
    await kv.put(freshPrefix(), "outside");
    const found = await collect(kv.scan(prefix));
    assert.deepEqual(
      found.map(({ key }) => key.slice(prefix.length)),
      ["", "B", "a", "a\u0000", "b", "ä", "￿", "𝄞"],
    );
  });

  suite("scan yields the latest version of each key", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    for (const value of ["v1", "v2", "v3"]) await kv.put(key, value);
    assert.deepEqual(
      (await collect(kv.scan(key))).map((entry) => entry.text()),
      ["v3"],
    );
  });

  suite("scan leaves deleted keys out", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    await kv.put(`${prefix}1`, "stays");
    await kv.put(`${prefix}2`, "goes");
    await kv.delete(`${prefix}2`);
    assert.deepEqual(
      (await collect(kv.scan(prefix))).map(({ key }) => key),
      [`${prefix}1`],
    );
  });

  suite("scan yields values of every length from 1 to 20 bytes", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    const lengths = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const length of lengths) await kv.put(`${prefix}${String(length).padStart(2, "0")}`, "x".repeat(length));
    const found = await collect(kv.scan(prefix));
    assert.deepEqual(
      found.map(({ bytes }) => bytes.length),
      lengths,
    );
  });

  suite("scan of a prefix without keys yields nothing", async () => {
    await using kv = connectTo(target);
    assert.deepEqual(await collect(kv.scan(freshPrefix())), []);
  });

  suite("scan can be left early, and the client goes on", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    for (let i = 0; i < 50; i++) await kv.put(`${prefix}${i}`, new Uint8Array(10_000));
    for await (const entry of kv.scan(prefix)) {
      assert.ok(entry.key.startsWith(prefix));
      break;
    }
    assert.equal((await kv.get(`${prefix}1`))?.bytes.length, 10_000);
  });

  suite("commit timestamps grow, and a snapshot shows what was there", async () => {
    const { stub, headers } = await stubsOf(target);
    const key = Buffer.from(freshPrefix());
    const first = await stub.put({ key, value: Buffer.from("old") }, { headers });
    const second = await stub.put({ key, value: Buffer.from("new") }, { headers });
    const third = await stub.delete({ key }, { headers });
    assert.ok(first.commitTs >= 2n && second.commitTs > first.commitTs && third.commitTs > second.commitTs);
    const valueAt = async (snapshotTs: bigint) => {
      const { found, value } = await stub.get({ key, snapshotTs }, { headers });
      return found ? Buffer.from(value).toString() : undefined;
    };
    assert.equal(await valueAt(1n), undefined);
    assert.equal(await valueAt(first.commitTs), "old");
    assert.equal(await valueAt(second.commitTs), "new");
    assert.equal(await valueAt(third.commitTs), undefined);
    assert.equal(await valueAt(0n), undefined);
  });

  suite("families hold keys of their own and can be created, listed and dropped", async () => {
    const { stub, headers } = await stubsOf(target);
    await using kv = connectTo(target);
    const family = freshPrefix();
    await stub.createCF({ name: family }, { headers });
    await kv.put("key", "in the family", { family });
    assert.equal((await kv.get("key", { family }))?.text(), "in the family");
    assert.notEqual((await kv.get("key"))?.text(), "in the family");
    const { cfNames } = await stub.listCF({}, { headers });
    assert.ok(cfNames.includes("default") && cfNames.includes(family));
    await assert.rejects(stub.createCF({ name: family }, { headers }), { code: Code.AlreadyExists });
    await stub.deleteCF({ name: family }, { headers });
    await assert.rejects(kv.get("key", { family }), NotFoundError);
  });

  suite("a family that does not exist is a NotFoundError in every call", async () => {
    await using kv = connectTo(target);
    const options = { family: "no-such-family" };
    const expected = (error: unknown) =>
      error instanceof NotFoundError && error.code === Code.NotFound && error.attempts === 1;
    await assert.rejects(kv.get("k", options), expected);
    await assert.rejects(kv.put("k", "v", options), expected);
    await assert.rejects(kv.delete("k", options), expected);
    await assert.rejects(collect(kv.scan("", options)), expected);
  });

  suite("families that the server keeps for itself cannot be dropped", async () => {
    const { stub, headers } = await stubsOf(target);
    await assert.rejects(stub.deleteCF({ name: "__auth__" }, { headers }), { code: Code.PermissionDenied });
  });

  suite("families that the server keeps for itself are closed to everyone but admins", async () => {
    const { stub, headers } = await stubsOf(target);
    const user = { username: crypto.randomUUID(), password: "pw" };
    await stub.createUser({ ...user, roles: ["readwrite"] }, { headers });
    await using kv = connectTo(target, user);
    const options = { family: "__auth__" };
    await assert.rejects(collect(kv.scan("", options)), PermissionDeniedError);
    await assert.rejects(kv.get("k", options), PermissionDeniedError);
    await assert.rejects(kv.put("k", "v", options), PermissionDeniedError);
    await assert.rejects(kv.delete("k", options), PermissionDeniedError);
  });

  suite("a wrong password is an UnauthenticatedError of the login", async () => {
    await using kv = connectTo(target, { password: "wrong" });
    await assert.rejects(kv.get("k"), (error) => {
      assert.ok(error instanceof UnauthenticatedError);
      assert.equal(error.rpc, "scoriadb.ScoriaDB/Authenticate");
      assert.doesNotMatch(JSON.stringify(error) + error.stack, /wrong/);
      return true;
    });
  });

  suite("user names are trimmed and lower-cased at login", async () => {
    await using kv = connectTo(target, { username: `  ${target.username.toUpperCase()} ` });
    assert.equal(await kv.get(freshPrefix()), undefined);
  });

  suite("a call without a token, with another scheme, or with a bad token is unauthenticated", async () => {
    const { stub } = await stubsOf(target);
    const texts: [HeadersInit, string][] = [
      [{}, "missing authorization header"],
      [{ authorization: "Basic x" }, "invalid authorization header format"],
      [{ authorization: "Bearer garbage" }, "invalid token"],
    ];
    for (const [headers, rawMessage] of texts) {
      await assert.rejects(stub.get({}, { headers }), { code: Code.Unauthenticated, rawMessage });
      await assert.rejects(collect(stub.scan({}, { headers })), { code: Code.Unauthenticated, rawMessage });
    }
  });

  suite("the token is a JWT that says when it expires and which roles it has", async () => {
    const { jwtToken } = await stubsOf(target);
    const [header, payload] = jwtToken
      .split(".", 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
    assert.equal(header.alg, "HS256");
    assert.deepEqual(payload.roles, ["admin"]);
    assert.equal(Math.floor(payload.exp) - payload.iat, 24 * 60 * 60); // exp may have a fraction
  });

  suite("an aborted call is canceled, a timed out one deadline_exceeded", async () => {
    await using kv = connectTo(target);
    await assert.rejects(kv.get("k", { signal: AbortSignal.abort() }), { code: Code.Canceled });
    const timedOut = AbortSignal.timeout(1);
    await setTimeout(20);
    await assert.rejects(collect(kv.scan("", { signal: timedOut })), { code: Code.DeadlineExceeded });
  });

  suite("every error is a PumiceError and a ConnectError that says which rpc failed", async () => {
    await using kv = connectTo(target);
    const failed = kv.put("k", "v", { family: "no-such-family" });
    await assert.rejects(failed, (error) => {
      assert.ok(error instanceof PumiceError && error instanceof ConnectError);
      assert.equal(error.rpc, "scoriadb.ScoriaDB/Put");
      return true;
    });
  });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
