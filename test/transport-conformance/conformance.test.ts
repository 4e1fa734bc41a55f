import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folder = join(root, ".cache/bin");
const runner = join(folder, "connectconformance");

/** The Connect conformance suite: its servers are connect-go and grpc-go. Needs Go, once. */
before(() => {
  if (existsSync(runner)) return;
  const suite = "connectrpc.com/conformance/cmd/connectconformance@v1.0.6";
  const install = spawnSync("go", ["install", suite], { env: { ...process.env, GOBIN: folder }, encoding: "utf8" });
  assert.equal(install.status, 0, `Cannot install ${suite}: ${install.error?.message ?? install.stderr}`);
});

for (const [config, cases] of [
  ["h2c", 409],
  ["tls", 646],
] as const) {
  for (const path of ["direct", "intercepted"]) {
    test(`createFastGrpcTransport() passes all ${cases} cases of the suite, ${config}, ${path}`, () => {
      const client = [
        "node",
        "--import",
        "tsx",
        "--conditions=@pumice/source",
        join(import.meta.dirname, "client.ts"),
        path,
      ];
      const settings = join(import.meta.dirname, `${config}.yaml`);
      // One server at a time: its cases have deadlines of their own, which four servers' cases at once would miss.
      const run = spawnSync(runner, ["--mode", "client", "--max-servers", "1", "--conf", settings, "--", ...client], {
        cwd: root,
        encoding: "utf8",
        timeout: 120_000,
      });
      assert.match(run.stdout + run.stderr, new RegExp(`${cases} passed, 0 failed`));
      assert.equal(run.status, 0);
    });
  }
}
