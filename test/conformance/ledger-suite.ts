import { test } from "node:test";
import { databaseFacts } from "./ledger/database-facts.js";
import { errorFacts } from "./ledger/error-facts.js";
import { pageFacts } from "./ledger/page-facts.js";
import { readFacts } from "./ledger/read-facts.js";
import { sessionFacts } from "./ledger/session-facts.js";
import { sessionLossFacts } from "./ledger/session-loss-facts.js";
import { typedFacts } from "./ledger/typed-facts.js";
import { userFacts } from "./ledger/user-facts.js";
import { verifiedFacts } from "./ledger/verified-facts.js";
import { writeFacts } from "./ledger/write-facts.js";
import type { Fact, LedgerTarget } from "./ledger-target.js";

/** Statements about one side of a server. */
export type Facts = (target: LedgerTarget, fact: Fact) => void;

/**
 * What every server that speaks immudb's protocol must do, and what the client makes of it.
 *
 * @param groups - The sides that are looked at. @defaultValue all of them
 */
export function ledgerSuite(target: LedgerTarget, groups: readonly Facts[] = allFacts): void {
  const fact: Fact = (statement, run) => test(`ledger on ${target.name}: ${statement}`, { timeout: 60_000 }, run);
  for (const facts of groups) facts(target, fact);
}

const allFacts: readonly Facts[] = [
  readFacts,
  writeFacts,
  pageFacts,
  verifiedFacts,
  typedFacts,
  sessionFacts,
  sessionLossFacts,
  databaseFacts,
  userFacts,
  errorFacts,
];
