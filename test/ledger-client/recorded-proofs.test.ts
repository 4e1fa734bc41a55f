import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "@pumice/ledger-client/node";
import { checkVerifiableTx, VerificationError } from "@pumice/ledger-client/verify";
import type { LinearAdvanceProof } from "@pumice/stubs/immudb";
import { decoded, type RecordedAnswer, recordedAnswers } from "./recorded-answers.js";

const answers = recordedAnswers();
const withLinearAdvance = answers.filter(({ needsLinearAdvance }) => needsLinearAdvance);

test("checkVerifiableTx() accepts every recorded answer, over a long linear part and of header version 0", () => {
  assert.equal(answers.length, 171);
  for (const answer of answers) {
    const { state, transaction, entries } = checkVerifiableTx(decoded(answer), { ...answer, sha256 });
    assert.deepEqual(state, answer.state);
    assert.equal(transaction.id, answer.txId);
    assert.equal(entries.length, transaction.entryCount);
  }
});

test("checkVerifiableTx() refuses an answer whose linear advance proof is left out", () => {
  assert.equal(withLinearAdvance.length, 100);
  for (const answer of withLinearAdvance) assertRefused(answer, () => undefined);
});

test("checkVerifiableTx() refuses an answer whose linear advance proof is too short", () => {
  for (const answer of withLinearAdvance) {
    assertRefused(answer, (proof) => ({ ...proof, linearProofTerms: proof.linearProofTerms.slice(0, -1) }));
    assertRefused(answer, (proof) => ({ ...proof, inclusionProofs: proof.inclusionProofs.slice(1) }));
  }
});

test("checkVerifiableTx() refuses an answer with any byte of its linear advance proof changed", () => {
  for (const answer of withLinearAdvance) {
    const { linearProofTerms = [], inclusionProofs = [] } = decoded(answer).dualProof?.LinearAdvanceProof ?? {};
    for (const [index, term] of linearProofTerms.entries()) {
      for (let at = 0; at < term.length; at++) {
        assertRefused(answer, (proof) => changed(proof, proof.linearProofTerms[index], at));
      }
    }
    for (const [index, { terms }] of inclusionProofs.entries()) {
      for (let which = 0; which < terms.length; which++) {
        assertRefused(answer, (proof) => changed(proof, proof.inclusionProofs[index]?.terms[which], which));
      }
    }
  }
});

function assertRefused(
  recorded: RecordedAnswer,
  tamper: (proof: LinearAdvanceProof) => LinearAdvanceProof | undefined,
): void {
  const answer = decoded(recorded);
  assert.ok(answer.dualProof?.LinearAdvanceProof);
  answer.dualProof.LinearAdvanceProof = tamper(answer.dualProof.LinearAdvanceProof);
  assert.throws(
    () => checkVerifiableTx(answer, { ...recorded, sha256 }),
    (error) => error instanceof VerificationError && error.step === "linear-advance",
  );
}

/** The proof with a bit of one of its hashes flipped. */
function changed(proof: LinearAdvanceProof, hash: Uint8Array | undefined, at: number): LinearAdvanceProof {
  assert.ok(hash);
  hash[at] = (hash[at] ?? 0) ^ 1;
  return proof;
}
