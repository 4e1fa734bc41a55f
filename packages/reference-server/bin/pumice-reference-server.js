#!/usr/bin/env node
// A committed shim: npm links a bin only when its file exists, and dist/ is built later.
import { existsSync } from "node:fs";

const cli = new URL("../dist/cli.js", import.meta.url);
if (existsSync(cli)) {
  const { main } = await import(cli.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error(
    "pumice-reference-server: dist/ is missing; build it with: npm run build --workspace @pumice/reference-server",
  );
  process.exitCode = 1;
}
