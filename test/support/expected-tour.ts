import { readFile } from "node:fs/promises";

/** The examples that the tour visits, in its order, without their endings. */
export const visited: readonly string[] = [
  "kv/quickstart",
  "kv/guide",
  "kv/retry",
  "events/guide",
  "events/feed",
  "ledger/guide",
  "ledger/users",
  "ledger/postponed",
  "ledger/tampered-server",
  "shelf/quickstart",
  "shelf/notes",
];

/** What the tour prints, by what its examples are expected to. */
export async function expectedTour(): Promise<string> {
  const visits = visited.map(async (name) => `\n== examples/${name}.ts\n${await expectedOutput(name)}`);
  return (await Promise.all(visits)).join("");
}

/** What an example prints. */
export async function expectedOutput(name: string): Promise<string> {
  return await readFile(new URL(`../../examples/${name}.expected.txt`, import.meta.url), "utf8");
}
