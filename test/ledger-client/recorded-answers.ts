import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import type { LedgerState } from "@pumice/ledger-client/verify";
import { type VerifiableTx, VerifiableTxSchema } from "@pumice/stubs/immudb";

/** An answer of VerifiableTxById that immudb 1.11.1 gave, over data that older releases had written. */
export interface RecordedAnswer {
  readonly database: string;
  readonly trusted: LedgerState;
  readonly txId: bigint;
  readonly needsLinearAdvance: boolean;
  readonly bytes: Uint8Array;
  /** The state that the answer leads to. */
  readonly state: LedgerState;
}

interface RecordedDatabase {
  readonly states: Readonly<Record<string, { readonly alh: string; readonly version: number }>>;
  readonly verifiableTxById: readonly {
    readonly trustedTx: number;
    readonly tx: number;
    readonly needsLinearAdvance: boolean;
    readonly answer: string;
  }[];
}

/** All recorded answers: with a long linear part, and with header version 0. */
export function recordedAnswers(): RecordedAnswer[] {
  const file = new URL("../fixtures/immudb-1.11.1-proofs.json", import.meta.url);
  const recorded: Record<string, RecordedDatabase | string> = JSON.parse(readFileSync(file, "utf8"));
  return Object.entries(recorded).flatMap(([database, content]) => {
    if (typeof content === "string") return [];
    const stateOf = (txId: number): LedgerState => ({
      txId: BigInt(txId),
      txHash: new Uint8Array(Buffer.from(content.states[txId]?.alh ?? "", "base64")),
    });
    return content.verifiableTxById.map(({ trustedTx, tx, needsLinearAdvance, answer }) => ({
      database,
      trusted: stateOf(trustedTx),
      txId: BigInt(tx),
      needsLinearAdvance,
      bytes: new Uint8Array(Buffer.from(answer, "base64")),
      state: stateOf(Math.max(trustedTx, tx)),
    }));
  });
}

export function decoded({ bytes }: RecordedAnswer): VerifiableTx {
  return fromBinary(VerifiableTxSchema, bytes);
}
