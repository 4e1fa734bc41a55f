import { generateKeyPairSync, verify } from "node:crypto";
import { type Client, createClient } from "@connectrpc/connect";
import { sha256 } from "@pumice/ledger-client/node";
import type { LedgerState, VerifySignature } from "@pumice/ledger-client/verify";
import { createReferenceServices } from "@pumice/reference-server";
import { ImmuService } from "@pumice/stubs/immudb";

/** A ledger with signed states, a session on it, and the states after each of its transactions. */
export interface LedgerChain {
  readonly client: Client<typeof ImmuService>;
  readonly options: { readonly headers: Readonly<Record<string, string>> };
  /** The newest transaction. */
  lastTx(): bigint;
  /** The state after a transaction, or of the empty database. */
  stateAt(txId: bigint): LedgerState;
  /** Takes note of the state after a write. */
  written(): Promise<LedgerState>;
  readonly verifySignature: VerifySignature;
}

export const database = "defaultdb";

/** @param nowMs - The server's clock: two ledgers with one history must share it. */
export async function ledgerChain(nowMs?: () => number): Promise<LedgerChain> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signingKey = String(privateKey.export({ format: "pem", type: "pkcs8" }));
  const { ledger } = createReferenceServices({ ledger: { nowMs, signingKey } });
  const client = createClient(ImmuService, ledger.transport);
  const username = Buffer.from(ledger.username);
  const password = Buffer.from(ledger.password);
  const { sessionID } = await client.openSession({ username, password, databaseName: database });
  const options = { headers: { sessionid: sessionID } };
  const states: LedgerState[] = [{ txId: 0n, txHash: sha256(new Uint8Array()) }];
  return {
    client,
    options,
    lastTx: () => BigInt(states.length - 1),
    stateAt(txId) {
      const state = states[Number(txId)];
      if (!state) throw new RangeError(`no transaction ${txId} was noted`);
      return state;
    },
    async written() {
      const { txId, txHash } = await client.currentState({}, options);
      states[Number(txId)] = { txId, txHash };
      return { txId, txHash };
    },
    verifySignature: remembered((message, signature) => verify("sha256", message, publicKey, signature)),
  };
}

/** Most of many changed answers leave the signature as it was, and a signature takes as long as all hashes of a proof. */
function remembered(verifySignature: VerifySignature): VerifySignature {
  const known = new Map<string, boolean>();
  return (message, signature) => {
    const name = `${Buffer.from(message).toString("latin1")}|${Buffer.from(signature).toString("latin1")}`;
    const isValid = known.get(name) ?? verifySignature(message, signature);
    known.set(name, isValid);
    return isValid;
  };
}
