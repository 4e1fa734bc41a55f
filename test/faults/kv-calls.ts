import assert from "node:assert/strict";
import type { CallOptions } from "@connectrpc/connect";
import type { KvClient } from "@pumice/kv-client";
import { type KvTruth, type QuietStub, scannedKeys, seededValue } from "./kv-truth.ts";

/** The options that a call is made with. */
export type GivenOptions = Required<Pick<CallOptions, "timeoutMs" | "signal">>;

/** One call of the client, or a few that belong together. */
export interface KvCall {
  /** Puts there what it needs, before the faults begin. */
  prepare?(quiet: QuietStub, id: number): Promise<unknown>;
  /** Makes it and checks its result. `id` is in no other call's keys and names. */
  run(kv: KvClient, id: number, options: GivenOptions): Promise<void>;
  /** Whether its effect is there; absent where it has none. */
  landed?(truth: KvTruth, id: number): boolean;
  /** Whether something is there that must not be, whatever the result. */
  ruledOut?(truth: KvTruth, id: number): boolean;
  /** Timestamps that the effect takes on the server. @defaultValue 1 */
  readonly timestamps?: number;
  /** True if an error is definite unless its class says that the outcome is unknown. */
  readonly commits?: boolean;
  /** How often `timeoutMs` it may take, as its calls come one after the other. @defaultValue 1 */
  readonly timeouts?: number;
}

/** Every rpc of the client, and every way of the client to it. */
export const kvCalls: Readonly<Record<string, KvCall>> = {
  get: {
    async run(kv, id, options) {
      const key = scannedKeys[id % scannedKeys.length] ?? "";
      assert.equal((await kv.get(key, options))?.text(), seededValue(key));
    },
  },
  "get of a missing key": {
    run: async (kv, id, options) => assert.equal(await kv.get(`missing ${id}`, options), undefined),
  },
  "get at a snapshot": {
    async run(kv, id, options) {
      const key = scannedKeys[id % scannedKeys.length] ?? "";
      assert.equal(await kv.get(key, { ...options, snapshotTimestamp: 2n }), undefined); // before it was written
    },
  },
  put: {
    async run(kv, id, options) {
      const { commitTimestamp } = await kv.put(`put ${id}`, `value ${id}`, options);
      assert.ok(commitTimestamp > 1n);
    },
    landed: ({ entries }, id) => entries.get(`put ${id}`) === `value ${id}`,
  },
  delete: {
    prepare: ({ stub, admin }, id) => stub.put({ key: Buffer.from(`doomed ${id}`) }, admin),
    run: async (kv, id, options) => void (await kv.delete(`doomed ${id}`, options)),
    landed: ({ entries }, id) => !entries.has(`doomed ${id}`),
  },
  scan: {
    run: (kv, _, options) => readScan(kv, options, scannedKeys.length),
  },
  "scan with a limit": {
    run: (kv, id, options) => readScan(kv, { ...options, limit: id % 50 }, id % 50),
  },
  "scan that is left": {
    async run(kv, id, options) {
      let left = 1 + (id % 40);
      for await (const { key } of kv.scan("scan:", options)) {
        assert.equal(key, scannedKeys[(id % 40) + 1 - left]);
        left -= 1;
        if (left === 0) break;
      }
    },
  },
  transaction: {
    async run(kv, id, options) {
      const result = await kv.transaction(async (txn) => {
        assert.equal(await txn.get(`txn ${id}`), undefined);
        txn.put(`txn ${id}`, "written");
        assert.equal((await txn.get(`txn ${id}`))?.text(), "written");
        const rows = await txn.scan("txn ", { limit: 5 }).toArray();
        assert.ok(rows.length > 0);
        return id;
      }, options);
      assert.equal(result, id);
    },
    landed: ({ entries }, id) => entries.has(`txn ${id}`),
    commits: true,
  },
  commit: {
    prepare: ({ stub, admin }, id) => stub.put({ key: Buffer.from(`doomed by list ${id}`) }, admin),
    run: (kv, id, options) =>
      kv.commit(
        [
          { put: [`list a ${id}`, "a"] },
          { put: [`list b ${id}`, "b"], family: "kept" },
          { delete: `doomed by list ${id}` },
        ],
        options,
      ),
    landed({ entries, kept }, id) {
      const parts = [entries.has(`list a ${id}`), kept.has(`list b ${id}`), !entries.has(`doomed by list ${id}`)];
      assert.equal(new Set(parts).size, 1, `a commit was applied in part: ${parts}`);
      return parts[0] === true;
    },
    commits: true,
  },
  "begin and commit": {
    async run(kv, id, options) {
      const txn = await kv.begin(options);
      txn.put(`by hand ${id}`, "written");
      await txn.commit(options);
    },
    landed: ({ entries }, id) => entries.has(`by hand ${id}`),
    commits: true,
    timeouts: 3,
  },
  "begin and rollback": {
    async run(kv, id, options) {
      const txn = await kv.begin(options);
      txn.put(`rolled back ${id}`, "written");
      await txn.rollback(options);
    },
    ruledOut: ({ entries }, id) => entries.has(`rolled back ${id}`),
    timeouts: 2,
  },
  "families.list": {
    run: async (kv, _, options) => assert.ok((await kv.families.list(options)).includes("kept")),
  },
  "families.create": {
    run: (kv, id, options) => kv.families.create(`created ${id}`, options),
    landed: ({ families }, id) => families.includes(`created ${id}`),
  },
  "families.drop": {
    prepare: ({ stub, admin }, id) => stub.createCF({ name: `doomed ${id}` }, admin),
    run: (kv, id, options) => kv.families.drop(`doomed ${id}`, options),
    landed: ({ families }, id) => !families.includes(`doomed ${id}`),
    timestamps: 0,
  },
  "users.create": {
    run: (kv, id, options) =>
      kv.users.create({ username: `created ${id}`, password: "pw", roles: ["readonly"] }, options),
    landed: ({ users }, id) => users.has(`created ${id}`),
  },
  "users.changePassword": {
    prepare: ({ stub, admin }, id) => stub.createUser({ username: `changing ${id}`, password: "first" }, admin),
    run: (kv, id, options) => kv.users.changePassword(`changing ${id}`, "changed", options),
    landed: ({ changed }, id) => changed.has(`changing ${id}`),
  },
  "users.list": {
    run: async (kv, _, options) =>
      assert.ok(
        (await kv.users.list(options)).some(({ username, roles }) => username === "admin" && roles.includes("admin")),
      ),
  },
  login: {
    run: async (kv, _, options) => assert.deepEqual((await kv.login(undefined, options)).roles, ["admin"]),
  },
  session: {
    run: async (kv, _, options) => assert.deepEqual((await kv.session(options)).roles, ["admin"]),
  },
  ready: {
    run: (kv, _, options) => kv.ready(options),
  },
};

/** Each key once, in order, with its value; also what comes before an error. */
async function readScan(
  kv: KvClient,
  options: GivenOptions & { readonly limit?: number },
  count: number,
): Promise<void> {
  let found = 0;
  for await (const entry of kv.scan("scan:", options)) {
    assert.equal(entry.key, scannedKeys[found]);
    assert.equal(entry.text(), seededValue(entry.key));
    found += 1;
  }
  assert.equal(found, count);
}
