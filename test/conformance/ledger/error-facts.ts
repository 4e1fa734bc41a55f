import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { ConflictError, PumiceError } from "@pumice/ledger-client";
import { connectTo, type Fact, freshPrefix, type LedgerTarget } from "../ledger-target.js";

/** What is refused, where, and how it is said. */
export function errorFacts(target: LedgerTarget, fact: Fact): void {
  fact("arguments that cannot be are refused before anything is sent", async () => {
    let calls = 0;
    await using ledger = connectTo(target, { observe: { onCall: () => (calls += 1) } });
    const long = new Uint8Array(1024);
    const wrong: [() => Promise<unknown>, { name: string; message: RegExp }][] = [
      [() => ledger.get(["a", "b"] as unknown as string), { name: "TypeError", message: /getAll\(\)/ }],
      [() => ledger.get(""), { name: "RangeError", message: /1 to 1023 bytes, got 0/ }],
      [() => ledger.get(long), { name: "RangeError", message: /1 to 1023 bytes, got 1024/ }],
      [() => ledger.get("k", { atTx: 1n, sinceTx: 1n }), { name: "TypeError", message: /atTx goes neither/ }],
      [() => ledger.get("k", { atTx: 0n }), { name: "RangeError", message: /atTx: it must be from 1/ }],
      [() => ledger.get("k", { atRevision: 0n }), { name: "RangeError", message: /other than 0/ }],
      [
        () => ledger.set(5 as unknown as string, "v"),
        { name: "TypeError", message: /string or a Uint8Array, got number/ },
      ],
      [() => ledger.set("k", "v", { expiresAt: new Date(Number.NaN) }), { name: "TypeError", message: /valid Date/ }],
      [() => ledger.setAll({}), { name: "RangeError", message: /1 to 1024, got 0/ }],
      [
        () => ledger.setAll(Array.from({ length: 1025 }, () => ["k", "v"])),
        { name: "RangeError", message: /got 1025/ },
      ],
      [() => ledger.delete([]), { name: "RangeError", message: /keys must be 1 to 1024/ }],
      [() => ledger.execAll([{} as { set: ["k", "v"] }]), { name: "TypeError", message: /operations\[0\]/ }],
      [() => ledger.zAdd({ set: "s", score: -1, key: "k" }), { name: "RangeError", message: />= 0, got -1/ }],
      [() => ledger.zAdd({ set: "s", score: -0, key: "k" }), { name: "RangeError", message: />= 0, got -0/ }],
      [
        () => ledger.zAdd({ set: new Uint8Array(500), score: 1, key: new Uint8Array(491) }),
        { name: "RangeError", message: /990 bytes/ },
      ],
      [() => ledger.set("k", new Uint8Array(33_554_432)), { name: "RangeError", message: /at most 33554400 bytes/ }],
      [() => ledger.set("k", "v", { expiresAt: 0 as unknown as Date }), { name: "TypeError", message: /valid Date/ }],
      [
        () => ledger.getAll(Array.from({ length: 33_000 }, () => long.subarray(1))),
        { name: "RangeError", message: /^Cannot get all: the message must have at most 33554400 bytes, got 33858000$/ },
      ],
      [() => ledger.scan(long).toArray(), { name: "RangeError", message: /prefix: it must have at most 1023 bytes/ }],
      [() => ledger.count(long), { name: "RangeError", message: /prefix: it must have at most 1023 bytes/ }],
      [
        () => ledger.txById(undefined as unknown as bigint),
        { name: "TypeError", message: /txId: it must be a bigint/ },
      ],
      [
        () => ledger.verifiedTxById(undefined as unknown as bigint),
        { name: "TypeError", message: /txId: it must be a bigint/ },
      ],
      [
        () => {
          const fence = { key: "k", txId: undefined as unknown as bigint };
          return ledger.set("k", "v", { preconditions: [{ keyNotModifiedAfterTx: fence }] });
        },
        { name: "TypeError", message: /txId: it must be a bigint/ },
      ],
      [() => ledger.verifiedTxById(-1n), { name: "RangeError", message: /txId/ }],
      [() => ledger.scan("", { limit: -1 }).toArray(), { name: "RangeError", message: /limit/ }],
    ];
    for (const [call, error] of wrong) await assert.rejects(async () => call(), error);
    assert.equal(calls, 0);
  });

  fact("the longest key is a key", async () => {
    await using ledger = connectTo(target);
    const key = Buffer.alloc(1023, freshPrefix());
    await ledger.verifiedSet(key, "v");
    assert.equal((await ledger.verifiedGet(key))?.text(), "v");
    const set = Buffer.alloc(490, freshPrefix());
    const short = Buffer.alloc(500, freshPrefix());
    await ledger.set(short, "v");
    await ledger.verifiedZAdd({ set, score: 1, key: short });
  });

  fact("a value of 8 MiB comes back as it went, and is proven", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    const value = new Uint8Array(8 * 1024 * 1024).fill(7);
    await ledger.verifiedSet(key, value);
    assert.deepEqual((await ledger.verifiedGet(key))?.bytes, value);
  });

  fact("the server's own words stay in an error, and its code says what they mean", async () => {
    await using ledger = connectTo(target);
    const twice = ledger.setAll([
      ["k", "1"],
      ["k", "2"],
    ]);
    await assert.rejects(twice, (error) => {
      assert.ok(error instanceof PumiceError && !(error instanceof ConflictError));
      assert.equal(error.code, Code.InvalidArgument);
      assert.equal(error.rawMessage, "duplicated keys are not supported in single batch transaction");
      assert.equal(error.rpc, "immudb.schema.ImmuService/Set");
      return true;
    });
  });
}
