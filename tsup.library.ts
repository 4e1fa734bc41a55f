import { defineConfig, type Options } from "tsup";

type Build = ReturnType<typeof defineConfig>;

/**
 * How every package is built: ES modules and CommonJS, each with declarations and source maps that
 * hold the source, nothing bundled that is a dependency.
 */
export function library(entry: Record<string, string>, formats: Options["format"] = ["esm", "cjs"]): Build {
  return defineConfig({
    entry,
    format: formats,
    target: "es2022",
    platform: "neutral",
    sourcemap: true,
    clean: true,
    // Declarations name AsyncDisposable, which ES2022 and DOM lack: they bring the library reference along.
    dts: { banner: '/// <reference lib="esnext.disposable" />' },
    // Deno and bundlers know a builtin by its prefix only.
    removeNodeProtocol: false,
    external: [/^node:/],
    silent: true,
  });
}
