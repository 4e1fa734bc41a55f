import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { ImmuService } from "@pumice/stubs/immudb";
import { execAll } from "./exec-all.js";
import type { LedgerAccess, Purpose } from "./ledger-access.js";
import { count, countAll, get, getAll, history } from "./reads.js";
import { scan, zScan } from "./scans.js";
import type { StateSigner } from "./state-signer.js";
import { txById, txScan } from "./tx-view.js";
import {
  currentState,
  type ProvingDatabase,
  verifiableGet,
  verifiableSet,
  verifiableSetReference,
  verifiableTxById,
  verifiableZAdd,
} from "./verifiable.js";
import { deleteKeys, set, setReference, zAdd } from "./writes.js";

/** The rpcs that work in a database: values, references, sorted sets, listings and proofs. */
export function keyValueMethods(
  access: LedgerAccess,
  signer: StateSigner | undefined,
): Partial<ServiceImpl<typeof ImmuService>> {
  /** A method that runs in the caller's database, which it may use for this purpose. */
  const inDatabase =
    <I, O>(purpose: Purpose, run: (database: ProvingDatabase, request: I) => O) =>
    (request: I, { requestHeader }: HandlerContext): O => {
      const { name, store } = access.database(requestHeader, purpose);
      return run({ name, store, signer }, request);
    };

  return {
    set: inDatabase("write", ({ store }, request) => set(store, request).header),
    delete: inDatabase("write", ({ store }, request) => deleteKeys(store, request).header),
    setReference: inDatabase("write", ({ store }, request) => setReference(store, request).header),
    zAdd: inDatabase("write", ({ store }, request) => zAdd(store, request).header),
    execAll: inDatabase("write", ({ store }, request) => execAll(store, request).header),
    get: inDatabase("read", ({ store }, request) => get(store, request)),
    getAll: inDatabase("list", ({ store }, request) => getAll(store, request)),
    history: inDatabase("read", ({ store }, request) => history(store, request)),
    count: inDatabase("read", ({ store }, { prefix }) => count(store, prefix)),
    countAll: inDatabase("read", ({ store }) => countAll(store)),
    scan: inDatabase("read", ({ store }, request) => scan(store, request)),
    zScan: inDatabase("read", ({ store }, request) => zScan(store, request)),
    txById: inDatabase("read", ({ store }, request) => txById(store, request)),
    txScan: inDatabase("read", ({ store }, request) => txScan(store, request)),
    currentState: inDatabase("read", currentState),
    verifiableSet: inDatabase("write", verifiableSet),
    verifiableSetReference: inDatabase("write", verifiableSetReference),
    verifiableZAdd: inDatabase("write", verifiableZAdd),
    verifiableGet: inDatabase("read", verifiableGet),
    verifiableTxById: inDatabase("read", verifiableTxById),
  };
}
