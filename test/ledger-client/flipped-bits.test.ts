import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { sha256 } from "@pumice/ledger-client/node";
import { checkVerifiableTx, VerificationError } from "@pumice/ledger-client/verify";
import { type VerifiableTx, VerifiableTxSchema } from "@pumice/stubs/immudb";
import { SeededRandom } from "../faults/seeded-random.js";
import { type CheckableAnswer, chainReads, chainWrites, checkableAnswer } from "./chain-calls.js";
import { ledgerChain } from "./ledger-chain.js";
import { decoded, recordedAnswers } from "./recorded-answers.js";

/** Bits that are flipped at random, over this many answers. */
const flips = 50_000;
const answers = 300;
/** Rounds of writes before the first read: each kind of read finds something then, and the proofs have some length. */
const warmUp = 10;
const rounds = 30;
/** Those are tied to little more than themselves. */
const firstAnswers = 8;

test("the checks refuse every flipped bit in one answer of each kind, or hand out nothing that it changed", async () => {
  const everyKind = new Map((await madeAndRecorded()).map((answer) => [answer.kind, answer]));
  assert.equal(everyKind.size, 10);
  for (const answer of everyKind.values()) {
    const honest = answer.read(answer.bytes);
    for (let bit = 0; bit < answer.bytes.length * 8; bit++) checkFlip(answer, { honest, bit });
  }
});

test(`the checks refuse ${flips} random flips over ${answers} answers, or hand out nothing that they changed`, async () => {
  const all = (await madeAndRecorded()).slice(-answers);
  assert.equal(all.length, answers);
  const random = new SeededRandom(11);
  const prepared = all.map((answer) => ({ answer, honest: answer.read(answer.bytes) }));
  let refused = 0;
  for (let flip = 0; flip < flips; flip++) {
    const { answer, honest } = random.pick(prepared);
    const bit = random.integer(0, answer.bytes.length * 8 - 1);
    if (checkFlip(answer, { honest, bit })) refused++;
  }
  assert.ok(refused > flips * 0.7, `${refused} of ${flips} were refused`);
});

/** @returns Whether the flip was refused. If not, nothing that was handed out and no covered field may have changed. */
function checkFlip(
  answer: CheckableAnswer,
  { honest, bit }: { readonly honest: unknown; readonly bit: number },
): boolean {
  const flipped = Uint8Array.from(answer.bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  let handedOut: unknown;
  try {
    handedOut = answer.read(flipped);
  } catch (error) {
    const isUnreadable = !(error instanceof VerificationError) && isDecodeError(answer, flipped);
    assert.ok(error instanceof VerificationError || isUnreadable, `${answer.kind}, bit ${bit}: ${error}`);
    return true;
  }
  assert.ok(isDeepStrictEqual(handedOut, honest), `${answer.kind}, bit ${bit}: something changed was handed out`);
  for (const path of changedPaths(answer.json(answer.bytes), answer.json(flipped))) {
    assert.match(path, uncovered, `${answer.kind}, bit ${bit}: a covered field changed`);
  }
  return false;
}

function isDecodeError(answer: CheckableAnswer, bytes: Uint8Array): boolean {
  try {
    answer.json(bytes);
    return false;
  } catch {
    return true;
  }
}

/**
 * The fields that no proof covers. None of them is handed out: an entry's time and version come from a proven header,
 * a reference's value from a proof of its own. Metadata that says nothing hashes as if it were missing, and between
 * equal trees no consistency proof is as good as one.
 */
const uncovered = new RegExp(
  [
    /(^|\.)signature\.publicKey$/,
    /(^|\.)(tx|dualProof)\.?.*[hH]eader\.metadata$/,
    /^tx\.entries\.\d+\.(vLen|value|metadata)$/,
    /^tx\.(kvEntries|zEntries)$/,
    /^entry\.(expired|revision|tx|metadata)$/,
    /^entry\.value$/,
    /^entry\.metadata\b.*$/,
    /^entry\.referencedBy\.(key|revision|metadata)$/,
    /^verifiableTx\.tx\b.*$/,
    /^inclusionProof\.(leaf|width)$/,
    /^(verifiableTx\.)?dualProof\.consistencyProof$/,
    /^(verifiableTx\.)?dualProof\.LinearAdvanceProof\.inclusionProofs\.\d+\.(leaf|width)$/,
  ]
    .map(({ source }) => source)
    .join("|"),
);

function changedPaths(before: unknown, after: unknown, path = ""): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isTree(before) || !isTree(after)) return [path];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    changedPaths(before[name], after[name], path === "" ? name : `${path}.${name}`),
  );
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Answers of all kinds of call on a signed ledger, then the recorded ones. */
async function madeAndRecorded(): Promise<CheckableAnswer[]> {
  const chain = await ledgerChain();
  const random = new SeededRandom(3);
  const made: CheckableAnswer[] = [];
  const trusted = () => chain.stateAt(BigInt(random.integer(Number(chain.lastTx() > 0n), Number(chain.lastTx()))));
  for (let round = 0; round < rounds; round++) {
    for (const call of Object.values(chainWrites)) {
      const answer = await call(chain, trusted(), random);
      await chain.written();
      made.push(answer);
    }
    if (round < warmUp) continue;
    for (const call of Object.values(chainReads)) made.push(await call(chain, trusted(), random));
  }
  const recorded = recordedAnswers().map((answer) => {
    const check = (each: VerifiableTx) => checkVerifiableTx(each, { ...answer, sha256 });
    return checkableAnswer("recorded", { schema: VerifiableTxSchema, answer: decoded(answer), check });
  });
  return [...made.slice(firstAnswers), ...recorded];
}
