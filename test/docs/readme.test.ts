import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { runProgram } from "../support/run-program.js";

const root = new URL("../../", import.meta.url);

test("the README's short program runs and prints what the README says", async () => {
  const readme = await readFile(new URL("README.md", root), "utf8");
  const [program = ""] = blocks(readme, "ts");
  const [output = ""] = blocks(readme, "text");
  assert.notEqual(output, "");
  const file = new URL(`readme-program-${process.pid}.ts`, import.meta.url);
  try {
    await writeFile(file, program);
    assert.deepEqual(await runProgram(file), { code: 0, stdout: output, stderr: "" });
  } finally {
    await rm(file, { force: true });
  }
});

test("the programs in every package's README and in the guides type-check", async () => {
  const pages = [
    ...readdirSync(new URL("packages/", root)).map((name) => `packages/${name}/README.md`),
    ...readdirSync(new URL("docs/guides/", root)).map((name) => `docs/guides/${name}`),
  ];
  const programs = new Map<string, string>();
  for (const page of pages) {
    const programsOfPage = blocks(await readFile(new URL(page, root), "utf8"), "ts");
    for (const [index, program] of programsOfPage.entries()) {
      // `export {}` makes a module of a block, as top-level await wants.
      const file = new URL(`${page.replaceAll(/\W/g, "-")}-${index}.ts`, import.meta.url);
      programs.set(fileURLToPath(file), `${program}\nexport {};\n`);
    }
  }
  assert.ok(programs.size >= 10);
  assert.deepEqual(problemsOf(programs), []);
});

/** The blocks of a language in a Markdown text. */
function blocks(markdown: string, language: string): string[] {
  const found = markdown.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"));
  return [...found].map(([, block = ""]) => block);
}

/** What TypeScript says, under the project's own settings, of files that exist in memory only. */
function problemsOf(programs: ReadonlyMap<string, string>): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    fileURLToPath(new URL("tsconfig.json", root)),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => assert.fail(String(messageText)),
    },
  );
  assert.ok(config);
  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => programs.has(path) || fileExists(path);
  host.readFile = (path) => programs.get(path) ?? readFile(path);
  const program = ts.createProgram([...programs.keys()], config.options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}
