import { readFile } from "node:fs/promises";

const folder = new URL("../../examples/", import.meta.url);

/** The programs of the tour, in its order, and where their output stands. */
export const examples: readonly { readonly program: string; readonly expected: string }[] = [
  { program: "kv/quickstart.ts", expected: "kv/quickstart.expected.txt" },
  { program: "kv/guide.ts", expected: "kv/guide.expected.txt" },
  { program: "kv/retry.ts", expected: "kv/retry.expected.txt" },
  { program: "ledger/guide.ts", expected: "ledger/guide.expected.txt" },
  { program: "ledger/users.ts", expected: "ledger/users.expected.txt" },
  { program: "ledger/postponed.ts", expected: "ledger/postponed.expected.txt" },
  { program: "ledger/tampered-server.ts", expected: "ledger/tampered-server.expected.txt" },
];

/** What the tour prints. */
export async function tourOutput(): Promise<string> {
  let output = "";
  for (const { program, expected } of examples) {
    output += `\n== examples/${program}\n${await readFile(new URL(expected, folder), "utf8")}`;
  }
  return output;
}
