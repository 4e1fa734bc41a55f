import assert from "node:assert/strict";
import { test } from "node:test";
import { connectKv, type KvClient } from "@pumice/kv-client";
import { createReferenceServices } from "@pumice/reference-server";
import { rpcRecorder } from "../support/rpc-recorder.js";

/** Arguments that no server could take, each with what its error says. */
const wrong: Readonly<Record<string, readonly [(kv: KvClient) => unknown, RegExp]>> = {
  "a key of another type": [(kv) => kv.get(1 as never), /^TypeError: .* key: .* string or a Uint8Array, got number/],
  "a value that is missing": [(kv) => kv.put("k", undefined as never), /^TypeError: .* value: .* got undefined/],
  "half a surrogate pair in a value": [(kv) => kv.put("k", "\ud800"), /^TypeError: .* value: .*surrogate/],
  "half a surrogate pair in a key": [(kv) => kv.delete("\udc00"), /^TypeError: .* key: .*surrogate/],
  "half a surrogate pair in a family": [
    (kv) => kv.delete("k", { family: "\ud800" }),
    /^TypeError: .* family: .*surrogate/,
  ],
  "an empty family": [(kv) => kv.delete("k", { family: "" }), /^TypeError: .* family "": the name must not be empty/],
  "an empty family of its own": [(kv) => kv.family(""), /^TypeError: .* family "": the name must not be empty/],
  "an empty family to create": [(kv) => kv.families.create(""), /^TypeError: .* family "": the name must not be empty/],
  "an empty family to drop": [(kv) => kv.families.drop(""), /^TypeError: .* family "": the name must not be empty/],
  "a family of another type": [(kv) => kv.get("k", { family: 5 as never }), /^TypeError: .* family: .* got number/],
  "no time": [(kv) => kv.get("k", { timeoutMs: 0 }), /^RangeError: .* timeoutMs must be above 0 .* got 0/],
  "an unknown retry": [
    (kv) => kv.get("k", { retry: "often" as never }),
    /^TypeError: .* retry must be "safe", .* got "often"/,
  ],
  "a signal of another type": [
    (kv) => kv.begin({ signal: {} as never }),
    /^TypeError: .* signal must be an AbortSignal/,
  ],
  "a negative snapshot": [
    (kv) => kv.get("k", { snapshotTimestamp: -1n }),
    /^RangeError: .* must be from 1 to .* got -1/,
  ],
  "a snapshot of 0": [(kv) => kv.get("k", { snapshotTimestamp: 0n }), /^RangeError: .* must be from 1 to .* got 0/],
  "a snapshot that is no bigint": [
    (kv) => kv.get("k", { snapshotTimestamp: 5 as never }),
    /^TypeError: .* bigint, got number/,
  ],
  "a prefix of another type": [(kv) => kv.scan(null as never), /^TypeError: .* prefix: .* got null/],
  "a negative time of a scan": [(kv) => kv.scan("", { timeoutMs: -1 }), /^RangeError: .* timeoutMs/],
  "a negative limit": [
    (kv) => kv.scan("", { limit: -1 }),
    /^RangeError: .* limit must be a whole number >= 0, .* got -1/,
  ],
  "a fractional limit": [
    (kv) => kv.scan("", { limit: 1.5 }),
    /^RangeError: .* limit must be a whole number >= 0, .* got 1.5/,
  ],
  "no number as a limit": [(kv) => kv.scan("", { limit: Number.NaN }), /^RangeError: .* got NaN/],
  "a text as a limit": [
    (kv) => kv.scan("", { limit: "5" as never }),
    /^TypeError: .* limit must be a number, got string/,
  ],
  "a put of more than 4 MiB": [
    (kv) => kv.put("k", new Uint8Array(4_194_304)),
    /^RangeError: .* 4194304 bytes: .* at most 4194304/,
  ],
  "a deletion of more than 4 MiB": [
    (kv) => kv.delete(new Uint8Array(4_194_304)),
    /^RangeError: .* delete a key of 4194304/,
  ],
  "a key of more than 4 MiB": [
    (kv) => kv.get(new Uint8Array(4_194_304)),
    /^RangeError: Cannot get a key of 4194304 bytes: .* at most 4194304/,
  ],
  "a prefix of more than 4 MiB": [
    (kv) => kv.family("users").scan(new Uint8Array(4_194_304)),
    /^RangeError: Cannot scan a prefix of 4194304 bytes: .* at most 4194304/,
  ],
  "a list that is none": [(kv) => kv.commit("put" as never), /^TypeError: .* operations must be an array, got string/],
  "an unknown operation": [
    (kv) => kv.commit([{ put: ["k", "v"] }, { merge: ["k", "v"] } as never]),
    /^TypeError: .* operations\[1\] must be .* got one with merge$/,
  ],
  "two operations in one": [
    (kv) => kv.commit([{ put: ["k", "v"], delete: "k" } as never]),
    /^TypeError: .* operations\[0\] .* got one with put, delete$/,
  ],
  "no operation": [(kv) => kv.commit([{} as never]), /^TypeError: .* got one with neither$/],
  "an operation that is no object": [(kv) => kv.commit([null as never]), /^TypeError: .* got null$/],
  "a put without a value": [
    (kv) => kv.commit([{ put: ["k"] } as never]),
    /^TypeError: .* got a put of something else$/,
  ],
  "a list in an empty family": [(kv) => kv.commit([{ delete: "k", family: "" }]), /^TypeError: .* family ""/],
  "a list of more than 4 MiB": [
    (kv) => kv.commit([1, 2].map((i) => ({ put: [`${i}`, new Uint8Array(2_097_152)] }) as const)),
    /^RangeError: .* the commit with all writes would have \d+ bytes, .* at most 4194304$/,
  ],
  "a transaction that is no function": [(kv) => kv.transaction({} as never), /^TypeError: .* must be a function/],
  "a pause below 0": [(kv) => kv.transaction(() => 1, { baseDelayMs: -1 }), /^RangeError: .* baseDelayMs .* got -1$/],
  "no attempts": [(kv) => kv.transaction(() => 1, { maxAttempts: 0 }), /^RangeError: .* maxAttempts/],
  "an unknown role": [
    (kv) => kv.users.create({ username: "bob", password: "pw", roles: ["king" as never] }),
    /^TypeError: .* one of readonly, readwrite, admin, got "king"$/,
  ],
  "roles that are no list": [
    (kv) => kv.users.create({ username: "bob", password: "pw", roles: "admin" as never }),
    /^TypeError: .* roles must be an array, got string$/,
  ],
  "a blank name": [
    (kv) => kv.users.create({ username: " \t", password: "pw", roles: [] }),
    /^TypeError: .* username must not be blank$/,
  ],
  "an empty password": [
    (kv) => kv.users.create({ username: "bob", password: "", roles: [] }),
    /^TypeError: .* password must not be empty$/,
  ],
  "an empty new password": [(kv) => kv.users.changePassword("bob", ""), /^TypeError: .* password must not be empty$/],
  "a blank name at the login": [
    (kv) => kv.login({ username: "", password: "pw" }),
    /^TypeError: Cannot log in: username must not be blank$/,
  ],
};

for (const [what, [call, expected]] of Object.entries(wrong)) {
  test(`a kv client refuses ${what} before anything is sent`, async () => {
    const { transport, calls } = rpcRecorder(createReferenceServices().kv.transport);
    await using kv = connectKv({ transport, username: "admin", password: "admin" });
    await assert.rejects(
      async () => call(kv),
      (error) => {
        assert.match(String(error), expected);
        return true;
      },
    );
    assert.deepEqual(calls, []);
  });
}

test("a transaction refuses wrong arguments, and goes on", async () => {
  const { transport } = createReferenceServices().kv;
  await using kv = connectKv({ transport, username: "admin", password: "admin" });
  await kv.transaction(async (txn) => {
    assert.throws(() => txn.put("k", 1 as never), TypeError);
    assert.throws(() => txn.put("k", "v", { family: "" }), TypeError);
    assert.throws(() => txn.delete("\ud800"), TypeError);
    assert.throws(() => txn.scan("", { limit: -1 }), RangeError);
    assert.throws(() => txn.family(""), TypeError);
    await assert.rejects(txn.get("k", { family: "" }), TypeError);
    txn.put("k", "v");
  });
  assert.equal((await kv.get("k"))?.text(), "v");
});
