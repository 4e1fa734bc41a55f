import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileStateStore } from "./file-state-store.node.js";

const key = { serverUuid: "uuid", database: "defaultdb" };
const at = (txId: bigint) => ({ txId, txHash: new Uint8Array(32).fill(Number(txId % 256n)) });

async function temporaryPath(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "pumice-state-store-"));
  return {
    path: join(folder, "inner", "state.json"),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test("fileStateStore() finds again what another store has kept in the file", async () => {
  await using place = await temporaryPath();
  const store = fileStateStore(place.path);
  assert.equal(await store.get(key), undefined);
  await store.set(key, at(18_446_744_073_709_551_615n));
  await store.set({ ...key, database: "other" }, at(2n));
  await store.setServer("http://a", "uuid");

  const later = fileStateStore(place.path);
  assert.deepEqual(await later.get(key), at(18_446_744_073_709_551_615n));
  assert.deepEqual(await later.get({ ...key, database: "other" }), at(2n));
  assert.equal(await later.get({ ...key, serverUuid: "other" }), undefined);
  assert.equal(await later.getServer("http://a"), "uuid");
});

test("fileStateStore() replaces the file as a whole, for its owner alone, and leaves nothing else behind", async () => {
  await using place = await temporaryPath();
  const store = fileStateStore(place.path);
  await store.set(key, at(1n));
  const before = await stat(place.path);
  await store.set(key, at(2n));
  const after = await stat(place.path);
  assert.notEqual(after.ino, before.ino);
  if (process.platform !== "win32") assert.equal(after.mode & 0o777, 0o600);
  assert.deepEqual(await readdir(dirname(place.path)), ["state.json"]);
});

test("fileStateStore() writes nothing when the state has not moved", async () => {
  await using place = await temporaryPath();
  const store = fileStateStore(place.path);
  await store.set(key, at(1n));
  const before = await stat(place.path);
  await store.set(key, at(1n));
  assert.equal((await stat(place.path)).ino, before.ino);
});

test("fileStateStore() has the last of many states on disk when their calls have ended", async () => {
  await using place = await temporaryPath();
  const store = fileStateStore(place.path);
  await Promise.all(Array.from({ length: 50 }, (_, index) => store.set(key, at(BigInt(index + 1)))));
  assert.deepEqual(await fileStateStore(place.path).get(key), at(50n));
});

test("fileStateStore() refuses a damaged file, leaves it as it is, and reads it once it is mended", async () => {
  await using place = await temporaryPath();
  await fileStateStore(place.path).set(key, at(1n));
  const whole = await readFile(place.path, "utf8");
  const store = fileStateStore(place.path);
  const hash = "01".repeat(32);
  for (const damaged of ["", "{", "[]", '{"format":2}', whole.slice(0, 50), whole.replace(hash, hash.slice(1))]) {
    await writeFile(place.path, damaged);
    await assert.rejects(store.get(key), /^Error: Cannot read the trusted states in .*state\.json: /);
    await assert.rejects(store.set(key, at(2n)), /Cannot read the trusted states/);
    assert.equal(await readFile(place.path, "utf8"), damaged);
  }
  await writeFile(place.path, whole);
  assert.deepEqual(await store.get(key), at(1n));
});

test("fileStateStore() says when it cannot write, and writes the same state the next time", async () => {
  await using place = await temporaryPath();
  const store = fileStateStore(place.path);
  assert.equal(await store.get(key), undefined);
  await writeFile(dirname(place.path), "a file where the folder should be");
  await assert.rejects(store.set(key, at(1n)), { code: /EEXIST|ENOTDIR/ });
  await rm(dirname(place.path));
  await store.set(key, at(1n));
  assert.deepEqual(await fileStateStore(place.path).get(key), at(1n));
});
