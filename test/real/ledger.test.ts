import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type LedgerLie, startReferenceServer } from "@pumice/reference-server";
import { startImmudb } from "../support/immudb.js";
import { pythonWith } from "../support/python.js";

const run = promisify(execFile);
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signingKey = String(privateKey.export({ format: "pem", type: "pkcs8" }));
const publicPem = String(publicKey.export({ format: "pem", type: "spki" }));

/** What the witness sees of an honest server. */
const facts = [
  "set: 1 False",
  "get: b'value' None",
  "verified set: 2 True",
  "verified get: b'three' True 3",
  "verified get of an older transaction: b'one'",
  "verified get since: True",
  "verified reference: b'three' True",
  "verified zadd: True",
  "verified transaction: [b'key']",
  "unknown transaction: None",
  "set all: [b'a', b'b', b'c']",
  "get all: {b'a': b'1', b'c': b'3'}",
  "scan: [b'a', b'b', b'c', b'key', b'plain']",
  "zscan: [2.5]",
  "history: [b'three', b'two', b'one']",
  "exec all: 2",
  "many: True",
  "another database: 0",
  "users: [b'immudb', b'reader']",
  "session: b'value'",
  "wrong password: invalid user name or password",
];

for (const isSigned of [false, true]) {
  test(`immudb's Python client verifies the reference ledger ${isSigned ? "with" : "without"} a signing key`, async () => {
    await using server = await startReferenceServer(isSigned ? { ledger: { signingKey } } : {});
    await using witness = await ledgerWitness(isSigned ? publicPem : undefined);
    assert.deepEqual(await witness.see(server.ledger.url, "honest"), facts);
  });
}

test("immudb's Python client sees in immudb what it sees in the reference ledger", async () => {
  await using server = await startImmudb();
  await using witness = await ledgerWitness();
  assert.deepEqual(await witness.see(server.url, "honest"), facts);
});

test("immudb's Python client catches the reference ledger's lies", async () => {
  const lies: [LedgerLie, string][] = [
    [{ kind: "changed-value", key: "key", value: "a lie" }, "verified get: corrupted data"],
    [{ kind: "rolled-back-history", lastTx: 4n }, "verified get: INVALID_ARGUMENT illegal state"],
  ];
  for (const [lie, seen] of lies) {
    await using server = await startReferenceServer();
    await using witness = await ledgerWitness();
    await witness.see(server.ledger.url, "honest");
    assert.deepEqual(await witness.see(server.ledger.url, "lying"), ["verified get: b'last'"]);
    server.ledger.tamper(lie);
    assert.deepEqual(await witness.see(server.ledger.url, "lying"), [seen]);
  }
});

/** The Python program, which keeps its trusted state between its runs. */
interface LedgerWitness extends AsyncDisposable {
  /** What it says, line by line, of a server that is honest, or may have begun to lie. */
  see(url: string, server: "honest" | "lying"): Promise<string[]>;
}

async function ledgerWitness(publicKey?: string): Promise<LedgerWitness> {
  const python = await pythonWith("immudb", ["immudb-py==1.5.0"], [3, 9]);
  const program = fileURLToPath(new URL("ledger-witness.py", import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), "pumice-ledger-witness-"));
  const keyFile = join(folder, "key.pem");
  if (publicKey !== undefined) await writeFile(keyFile, publicKey);
  return {
    async see(url, server) {
      const args = [new URL(url).host, join(folder, "state"), publicKey === undefined ? "" : keyFile, server];
      const { stdout } = await run(python, [program, ...args], { timeout: 60_000 });
      const lines = stdout.trim().split("\n");
      return lines.filter((line) => !line.startsWith("Warning:")); // that there is no file of states yet
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
