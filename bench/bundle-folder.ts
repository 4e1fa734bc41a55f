import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** A folder for bundled programs, inside of the repository so that they find its packages. */
export async function bundleFolder(): Promise<AsyncDisposable & { bundle(source: string): Promise<string> }> {
  const cache = join(import.meta.dirname, "../.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "bench-"));
  let count = 0;
  return {
    // On source, tsx would wrap every inner function to keep its name: that costs more than some of the calls.
    async bundle(source) {
      const outfile = join(folder, `${count++}.mjs`);
      await build({
        entryPoints: [source],
        outfile,
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node20",
        conditions: ["@pumice/source"],
        external: ["@bufbuild/*", "@connectrpc/*", "@grpc/*", "@msgpack/*"],
        logLevel: "warning",
      });
      return outfile;
    },
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true }),
  };
}
