import { Code } from "@connectrpc/connect";
import { type CallOptions, ConflictError } from "@pumice/client-core";
import { ImmuService, type KVMetadata, type SetRequest, type Tx } from "@pumice/stubs/immudb";
import { ifThere } from "./errors.js";
import type { LedgerRpcs } from "./rpcs.js";
import { wholeEntries } from "./transaction.js";
import { sameBytes } from "./verify/bytes.js";
import { entryMetadata, entryMetadataBytes } from "./verify/entry-metadata.js";
import { rpcName } from "./verify/rpc-name.js";
import { storedKey, storedValue } from "./verify/stored-entry.js";

const { history, txById, set } = ImmuService.method;

/**
 * Looks for a write whose answer did not come, among the transactions after `floor`.
 *
 * That it is not there says nothing by itself, as it may be on its way. It can no longer come to be only if a key was
 * modified that it wanted unmodified: that is looked at first, and it stays so. And it must be one that would be seen.
 *
 * @param floor - A transaction that was there before the write was sent; undefined if none is known.
 * @param options - Gives those of each call that is made.
 * @returns The transaction that wrote exactly this; undefined if that is not known.
 * @throws {@link ConflictError} if the write has not come to be, and cannot any more.
 */
export async function findWrite(
  { stub, calls }: LedgerRpcs,
  { request, floor }: { readonly request: SetRequest; readonly floor: bigint | undefined },
  options: () => CallOptions,
): Promise<bigint | undefined> {
  const fences = request.preconditions.flatMap(({ precondition }) =>
    precondition.case === "keyNotModifiedAfterTX" ? [precondition.value] : [],
  );
  const known = [...fences.map(({ txID }) => txID), ...(floor === undefined ? [] : [floor])];
  const [first] = request.KVs;
  if (known.length === 0 || !first) return undefined;
  const after = known.reduce((a, b) => (a > b ? a : b));

  const versionsOf = async (key: Uint8Array, { offset, limit }: { offset: number; limit: number }) => {
    const asked = { key, offset: BigInt(offset), limit, desc: true };
    return (await ifThere(calls.unary(history, options(), (call) => stub.history(asked, call))))?.entries ?? [];
  };
  const wroteIt = async (tx: bigint): Promise<boolean> => {
    const asked = { tx, entriesSpec: wholeEntries };
    const found = await ifThere(calls.unary(txById, options(), (call) => stub.txById(asked, call)));
    return found !== undefined && holdsExactly(found, request);
  };

  let isRuledOut = false;
  for (const { key, txID } of fences) {
    const [latest] = await versionsOf(key, { offset: 0, limit: 1 });
    if (latest && latest.tx > txID) isRuledOut = true;
  }
  for (let isEnd = false, offset = 0; !isEnd; offset += pageSize) {
    const versions = await versionsOf(first.key, { offset, limit: pageSize });
    for (const { tx, value } of versions) {
      if (tx > after && sameBytes(value, first.value) && (await wroteIt(tx))) return tx;
    }
    isEnd = versions.length < pageSize || versions.some(({ tx }) => tx <= after);
  }
  // The history lacks what is not to be indexed, and the values of what has expired.
  if (!isRuledOut || first.metadata) return undefined;
  const message = "Cannot commit: a key was modified that should not have been, nothing was written";
  throw new ConflictError(message, Code.FailedPrecondition, { rpc: rpcName(set.name), attempts: 1 });
}

/** Versions that are looked at together: few, as mostly the first is the one, and each comes with its value. */
const pageSize = 10;

function holdsExactly({ entries }: Tx, { KVs }: SetRequest): boolean {
  return (
    entries.length === KVs.length &&
    KVs.every(({ key, value, metadata }, index) => {
      const entry = entries[index];
      return (
        entry &&
        sameBytes(entry.key, storedKey(key)) &&
        sameBytes(entry.value, storedValue(value)) &&
        sameBytes(metadataBytes(entry.metadata), metadataBytes(metadata))
      );
    })
  );
}

function metadataBytes(metadata: KVMetadata | undefined): Uint8Array {
  return entryMetadataBytes(entryMetadata(metadata));
}
