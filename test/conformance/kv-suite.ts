import assert from "node:assert/strict";
import { test } from "node:test";
import { dataFacts } from "./kv/data-facts.js";
import { errorFacts } from "./kv/error-facts.js";
import { familyFacts } from "./kv/family-facts.js";
import { scanFacts } from "./kv/scan-facts.js";
import { sessionFacts } from "./kv/session-facts.js";
import { transactionFacts } from "./kv/transaction-facts.js";
import { typedFacts } from "./kv/typed-facts.js";
import { userFacts } from "./kv/user-facts.js";
import type { Fact, KvTarget } from "./kv-target.js";

/** What every server that speaks ScoriaDB's protocol must do, and what the client makes of it. */
export function kvSuite(target: KvTarget): void {
  const fact: Fact = (statement, run) => {
    const difference = target.knownDifferences?.[statement];
    const name = `kv on ${target.name}: ${statement}`;
    if (difference) test(`${name} (known difference: ${difference})`, () => assert.rejects(run));
    else test(name, run);
  };
  for (const facts of [
    dataFacts,
    scanFacts,
    transactionFacts,
    familyFacts,
    typedFacts,
    userFacts,
    sessionFacts,
    errorFacts,
  ]) {
    facts(target, fact);
  }
}
