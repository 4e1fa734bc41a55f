import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { nodeBinary } from "./node-binary.ts";
import { run } from "./run.ts";

const root = join(import.meta.dirname, "../..");
const files = ["packages/grpc-transport/src", "packages/grpc-transport/src/http2", "test/transport"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(folder, name)),
);

// The running Node has them in the unit tier already.
for (const major of [22, 24]) {
  test(`every test of grpc-transport passes on Node ${major}`, async () => {
    // A test that hangs is named by its own limit, well before the limit of this tier.
    const limits = ["--test-concurrency=2", "--test-timeout=60000"];
    const args = ["--import", "tsx", "--conditions=@pumice/source", "--test", ...limits, ...files];
    await run(await nodeBinary(major), args, root);
  });
}
