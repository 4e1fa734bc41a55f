import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  ImmutableStateSchema,
  VerifiableEntrySchema,
  VerifiableGetRequest,
  VerifiableReferenceRequest,
  VerifiableSetRequest,
  VerifiableTxRequest,
  VerifiableTxSchema,
  VerifiableZAddRequest,
} from "@pumice/stubs/immudb";
import { byteString } from "../kv/byte-string.js";
import { illegalArguments, illegalState, plainError } from "./ledger-error.js";
import type { LedgerStore } from "./ledger-store.js";
import { checkSinceTx, get } from "./reads.js";
import type { StateSigner } from "./state-signer.js";
import { storedKey } from "./tx-entry.js";
import type { Transaction } from "./tx-log.js";
import { type TxView, txView } from "./tx-view.js";
import { set, setReference, zAdd } from "./writes.js";

type VerifiableTxInit = MessageInitShape<typeof VerifiableTxSchema>;

/** A database that proves what it answers. */
export interface ProvingDatabase {
  readonly name: string;
  readonly store: LedgerStore;
  readonly signer: StateSigner | undefined;
}

export function currentState({ name, store, signer }: ProvingDatabase): MessageInitShape<typeof ImmutableStateSchema> {
  const { lastId: txId, lastAlh: txHash } = store.transactions;
  const signature = signer?.sign({ database: name, txId, txHash });
  return {
    db: name,
    txId,
    txHash,
    precommittedTxId: txId,
    precommittedTxHash: txHash,
    ...(signature && { signature }),
  };
}

export function verifiableSet(database: ProvingDatabase, request: VerifiableSetRequest): VerifiableTxInit {
  const { setRequest, proveSinceTx } = request;
  if (!setRequest) throw illegalArguments();
  if (proveSinceTx > database.store.transactions.lastId) throw illegalState();
  return provenTx(database, set(database.store, setRequest), proveSinceTx);
}

export function verifiableSetReference(
  database: ProvingDatabase,
  { referenceRequest, proveSinceTx }: VerifiableReferenceRequest,
): VerifiableTxInit {
  if (!referenceRequest || proveSinceTx > database.store.transactions.lastId) throw illegalArguments();
  return provenTx(database, setReference(database.store, referenceRequest), proveSinceTx);
}

export function verifiableZAdd(
  database: ProvingDatabase,
  { zAddRequest, proveSinceTx }: VerifiableZAddRequest,
): VerifiableTxInit {
  if (!zAddRequest || proveSinceTx > database.store.transactions.lastId) throw illegalArguments();
  return provenTx(database, zAdd(database.store, zAddRequest), proveSinceTx);
}

export function verifiableGet(
  database: ProvingDatabase,
  { keyRequest, proveSinceTx }: VerifiableGetRequest,
): MessageInitShape<typeof VerifiableEntrySchema> {
  const { store } = database;
  if (!keyRequest) throw plainError("illegal arguments: empty request");
  if (proveSinceTx > store.transactions.lastId) throw illegalState();
  const entry = get(store, keyRequest);
  const transaction = store.transaction(keyRequest.atTx || (entry.referencedBy?.tx ?? entry.tx));
  const { entries, tree } = transaction;
  const name = byteString(storedKey(keyRequest.key));
  const leaf = entries.findIndex(({ key }) => byteString(key) === name);
  const inclusionProof = { leaf, width: entries.length, terms: tree.auditPath(leaf, entries.length) };
  return { entry, verifiableTx: provenTx(database, transaction, proveSinceTx), inclusionProof };
}

export function verifiableTxById(database: ProvingDatabase, request: VerifiableTxRequest): VerifiableTxInit {
  const { tx, proveSinceTx, sinceTx } = request;
  const { store } = database;
  const { lastId } = store.transactions;
  if (proveSinceTx > lastId) {
    throw plainError(`illegal state: latest txID=${lastId} is lower than specified as initial tx=${proveSinceTx}`);
  }
  if (tx === 0n) throw illegalArguments();
  if (!request.keepReferencesUnresolved) checkSinceTx(store, sinceTx);
  return provenTx(database, store.transaction(tx), proveSinceTx, request);
}

/** A transaction, tied to the one that the client trusts: the older of the two is the proof's source. */
function provenTx(
  { name, store, signer }: ProvingDatabase,
  transaction: Transaction,
  proveSinceTx: bigint,
  view?: TxView,
): VerifiableTxInit {
  // The real server reads a header without its (empty) metadata when it looks for nothing but the header.
  const trusted = proveSinceTx === 0n ? transaction : withoutMetadata(store.transaction(proveSinceTx));
  const isNewer = trusted.header.id <= transaction.header.id;
  const [source, target] = isNewer ? [trusted, transaction] : [transaction, trusted];
  const signature = signer?.sign({ database: name, txId: target.header.id, txHash: target.alh });
  return {
    tx: txView(store, transaction, view),
    dualProof: store.transactions.dualProof(source, target),
    ...(signature && { signature }),
  };
}

function withoutMetadata(transaction: Transaction): Transaction {
  const { metadata: _, ...header } = transaction.header;
  return { ...transaction, header };
}
