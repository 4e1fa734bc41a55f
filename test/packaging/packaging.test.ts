import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { packPackages } from "../../scripts/pack-packages.ts";
import { installProject, type Peers } from "./installed-project.ts";
import { nodeBinary } from "./node-binary.ts";
import * as programs from "./programs.ts";
import { run } from "./run.ts";

const tools = join(import.meta.dirname, "../../node_modules");

/** The ends of what the peer ranges promise; Connect 2.2 needs Node 22. */
const installs: readonly (Peers & { readonly nodes: readonly number[] })[] = [
  { connect: "~2.1.0", protobuf: "~2.7.0", nodes: [20, 22, 24] },
  { connect: "~2.2.0", protobuf: "^2.17.0", nodes: [22, 24] },
];

// Everything is ready before the first test is named: a runner without a test to run ends, and calls `after`.
const tarballs = mkdtempSync(join(tmpdir(), "pumice-tarballs-"));
const packed = packPackages(tarballs);
const binaries = new Map<number, string>();
for (const major of new Set(installs.flatMap(({ nodes }) => nodes))) binaries.set(major, await nodeBinary(major));
const projects = await Promise.all(
  installs.map(async (install) => ({ ...install, project: await installProject(packed, install) })),
);
after(() => {
  for (const folder of [tarballs, ...projects.map(({ project }) => project)]) rmSync(folder, { recursive: true });
});

for (const { project, nodes, ...peers } of projects) {
  const about = `with Connect ${peers.connect} and protobuf ${peers.protobuf}`;

  for (const major of nodes) {
    const node = binaries.get(major) ?? "";
    const on = `on Node ${major} ${about}`;

    test(`what is tested is what was meant: Node ${major} ${about}`, async () => {
      assert.match(await run(node, ["--version"], project), new RegExp(`^v${major}\\.`));
      assert.ok(installedVersion(project, "@connectrpc/connect").startsWith(peers.connect.slice(1, 4)));
      assert.ok(installedVersion(project, "@bufbuild/protobuf").startsWith(peers.protobuf.slice(1, 4)));
    });
    test(`an ES module talks to a server ${on}`, async () => {
      assert.equal(
        await runText(project, node, `esm-${major}.mjs`, programs.esmConversation),
        programs.conversationOutput,
      );
    });
    test(`a CommonJS module talks to a server ${on}`, async () => {
      assert.equal(
        await runText(project, node, `cjs-${major}.cjs`, programs.cjsConversation),
        programs.conversationOutput,
      );
    });
    test(`grpc-transport makes calls of every kind ${on}`, async () => {
      const output = await runText(project, node, `transport-${major}.mjs`, programs.transportConversation);
      assert.equal(output, programs.transportOutput);
    });
    test(`an error of one format is known to the classes of the other ${on}`, async () => {
      assert.equal(await runText(project, node, `errors-${major}.mjs`, programs.errorsAcrossFormats), "errors hold\n");
    });
    test(`events-client tells UmaDB's errors over each transport, our own and the stock ones ${on}`, async () => {
      assert.equal(
        await runText(project, node, `exact-${major}.mjs`, programs.exactErrors),
        programs.exactErrorsOutput,
      );
    });
    test(`shelf-client fails, and marks floats, alike in both formats ${on}`, async () => {
      assert.equal(await runText(project, node, `shelf-${major}.mjs`, programs.shelfAcrossFormats), "shelves hold\n");
    });
    test(`pumice-reference-server says where it is in one line and stops on SIGTERM ${on}`, async () => {
      await startAndStop(node, join(project, "node_modules/.bin/pumice-reference-server"));
    });
  }

  for (const module of ["nodenext", "node16"]) {
    for (const extension of ["mts", "cts"]) {
      test(`a .${extension} program for Node checks under ${module} ${about}`, async () => {
        const options = { module, moduleResolution: module, types: ["node"] };
        await typeCheck(project, `node-${module}.${extension}`, programs.typedNodeProgram, options);
      });
    }
    test(`client-core and stubs check under ${module} without Node's types ${about}`, async () => {
      const options = { module, moduleResolution: module, types: [] };
      await typeCheck(project, `neutral-${module}.mts`, programs.typedNeutralProgram, options);
    });
  }
  test(`a program for Node checks under bundler ${about}`, async () => {
    const options = { module: "esnext", moduleResolution: "bundler", types: ["node"] };
    await typeCheck(project, "node-bundler.ts", programs.typedNodeProgram, options);
  });
  test(`a program for browsers checks under bundler without Node's types ${about}`, async () => {
    const options = { module: "esnext", moduleResolution: "bundler", types: [] };
    await typeCheck(project, "browser-bundler.ts", programs.typedBrowserProgram, options);
  });
  for (const client of ["kv-client", "events-client", "ledger-client"]) {
    test(`${client} bundles for browsers without a word of Node ${about}`, async () => {
      const entry = join(project, `browser-${client}.mjs`);
      writeFileSync(entry, `export * from "@pumice/${client}";`);
      const args = [entry, "--bundle", "--platform=browser", "--format=esm", "--minify"];
      const bundle = await run(join(tools, ".bin/esbuild"), args, project); // fails at an import it cannot resolve
      assert.ok(bundle.length > 10_000, `${bundle.length} bytes`);
      assert.doesNotMatch(bundle, /node:|connect-node/);
    });
  }
  test(`the installed manifests are clean ${about}`, () => {
    const scope = join(project, "node_modules/@pumice");
    assert.deepEqual(
      readdirSync(scope),
      packed.map(({ name }) => name.replace("@pumice/", "")),
    );
    for (const name of readdirSync(scope)) {
      const text = readFileSync(join(scope, name, "package.json"), "utf8");
      assert.ok(!text.includes("@pumice/source"), name);
      assert.equal(JSON.parse(text).sideEffects, false, name);
    }
  });
}

function installedVersion(project: string, name: string): string {
  return JSON.parse(readFileSync(join(project, "node_modules", name, "package.json"), "utf8")).version;
}

async function runText(project: string, node: string, file: string, text: string): Promise<string> {
  writeFileSync(join(project, file), text);
  return await run(node, [file], project);
}

/** Checks one program in a folder of its own, all declarations it reaches included. */
async function typeCheck(project: string, file: string, text: string, options: object): Promise<void> {
  const folder = join(project, "types", file);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), text);
  const compilerOptions = {
    ...{ target: "es2022", lib: ["ES2022", "DOM"], strict: true, exactOptionalPropertyTypes: true },
    ...{ skipLibCheck: false, noEmit: true, ...options },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  await run(process.execPath, [join(tools, "typescript/bin/tsc"), "--project", "tsconfig.json"], folder);
}

async function startAndStop(node: string, bin: string): Promise<void> {
  const server = spawn(node, [bin, "--json", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = new Promise<number | null>((resolve) => server.on("exit", resolve));
  try {
    const lines: string[] = [];
    for await (const line of createInterface({ input: server.stdout })) {
      lines.push(line);
      if (lines.length === 1) server.kill("SIGTERM"); // the loop goes on, to see that nothing follows
    }
    assert.equal(lines.length, 1);
    const { kv } = JSON.parse(lines[0] ?? "");
    assert.match(kv.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await exit, 0);
  } finally {
    server.kill("SIGKILL");
  }
}
