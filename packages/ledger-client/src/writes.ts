import type { DescMethod } from "@bufbuild/protobuf";
import type { CallOptions, StubCallOptions } from "@pumice/client-core";
import { ImmuService, type TxHeader } from "@pumice/stubs/immudb";
import { ledgerCommit } from "./commit.js";
import { findWrite } from "./find-write.js";
import type { LedgerBytes } from "./ledger-entry.js";
import type { LedgerCommit, LedgerEntries, LedgerSetOptions, LedgerWrites } from "./ledger-writes.js";
import type { LedgerRpcs } from "./rpcs.js";
import { timeLeft } from "./time-left.js";
import { withKnownOutcome } from "./write-outcome.js";
import { deleteRequest, execAllRequest, referenceRequest, setRequest, zAddRequest } from "./write-requests.js";

const { method } = ImmuService;

/** The writes of a client. */
export function ledgerWrites(rpcs: LedgerRpcs): LedgerWrites {
  const { stub, calls } = rpcs;
  const write = async (
    rpc: DescMethod,
    options: CallOptions,
    call: (options: StubCallOptions) => Promise<TxHeader>,
    find?: () => Promise<TxHeader | undefined>,
  ): Promise<LedgerCommit> => ledgerCommit(await withKnownOutcome(() => calls.unary(rpc, options, call), find));

  const setAll = async (entries: LedgerEntries, options: LedgerSetOptions = {}): Promise<LedgerCommit> => {
    const request = setRequest(entries, options);
    const left = timeLeft(options);
    const find = async (): Promise<TxHeader | undefined> => {
      const tx = await findWrite(rpcs, { request, floor: undefined }, left);
      if (tx === undefined) return undefined;
      return (await calls.unary(method.txById, left(), (call) => stub.txById({ tx }, call))).header;
    };
    return write(method.set, left(), (call) => stub.set(request, call), find);
  };
  return {
    set: (key: LedgerBytes, value: LedgerBytes, options = {}) => setAll([[key, value]], options),
    setAll,
    async delete(keys, options = {}) {
      const request = deleteRequest(keys, options);
      return write(method.delete, options, (call) => stub.delete(request, call));
    },
    async execAll(operations, options = {}) {
      const request = execAllRequest(operations, options);
      return write(method.execAll, options, (call) => stub.execAll(request, call));
    },
    async setReference(reference, options = {}) {
      const request = referenceRequest(reference, options);
      return write(method.setReference, options, (call) => stub.setReference(request, call));
    },
    async zAdd(element, options = {}) {
      const request = zAddRequest(element, options);
      return write(method.zAdd, options, (call) => stub.zAdd(request, call));
    },
  };
}
