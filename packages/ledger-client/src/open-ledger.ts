import { createClient, type Transport } from "@connectrpc/connect";
import { callInterceptors, checkText, clientCalls, withInterceptors } from "@pumice/client-core";
import { ImmuService } from "@pumice/stubs/immudb";
import { ledgerDatabases } from "./databases.js";
import { isSessionGone, ledgerError } from "./errors.js";
import type { LedgerClient } from "./ledger-client.js";
import type { LedgerOptions } from "./ledger-options.js";
import { memoryStateStore } from "./memory-state-store.js";
import { proofs } from "./proofs.js";
import { signatureCheck } from "./public-key.js";
import { ledgerReads } from "./reads.js";
import { type CredentialsSource, type MetServer, type SessionKeeper, sessionKeeper } from "./session.js";
import type { StateStore } from "./state-store.js";
import { trustedRecords } from "./trusted-record.js";
import { ledgerUsers } from "./users.js";
import { ledgerValues } from "./values.js";
import { ledgerVerified } from "./verified.js";
import type { Sha256 } from "./verify/sha256.js";
import { ledgerWrites } from "./writes.js";

/** How a server is reached. */
export interface LedgerPlace {
  open(): { readonly transport: Transport; close(): void };
  /** Absent behind a transport of the caller's own. */
  readonly address?: string | undefined;
  readonly sha256: Sha256;
}

/** Puts a client together. */
export function openLedger(
  { open, address, sha256 }: LedgerPlace,
  credentials: CredentialsSource | undefined,
  { database, stateStore, publicKey, keepAliveMs = 60_000, retry, observe }: LedgerOptions,
): LedgerClient {
  const name = databaseName(database);
  checkKeepAlive(keepAliveMs);
  const verifySignature = publicKey === undefined ? undefined : signatureCheck(publicKey);
  const store = stateStore ?? hintingStore();
  const record = trustedRecords(store);
  const { transport, close } = open();
  const keepers = new Set<SessionKeeper>();
  const reached = { transport, address, server: {}, keepers };
  const shared = { ...reached, sha256, verifySignature, store, record, keepAliveMs, retry, observe };
  return clientOf(shared, { database: name, credentials, onClose: close });
}

/** What a client and those that its `useDatabase()` makes have in common. */
interface SharedParts extends Pick<LedgerOptions, "retry" | "observe"> {
  readonly transport: Transport;
  readonly address: string | undefined;
  readonly server: MetServer;
  readonly sha256: Sha256;
  readonly verifySignature: ReturnType<typeof signatureCheck> | undefined;
  readonly store: StateStore;
  readonly record: ReturnType<typeof trustedRecords>;
  /** The sessions of all of them. */
  readonly keepers: Set<SessionKeeper>;
  readonly keepAliveMs: number;
}

interface OwnParts {
  readonly database: string;
  readonly credentials: CredentialsSource | undefined;
  onClose(): void;
}

function clientOf(shared: SharedParts, { database, credentials, onClose }: OwnParts): LedgerClient {
  const { transport, address, server, store, keepers, keepAliveMs, retry, observe } = shared;
  const calls = clientCalls(ledgerError);
  const loginTransport = withInterceptors(transport, callInterceptors({ retry, observer: observe }));
  const keeper = sessionKeeper(
    {
      calls,
      transport: loginTransport,
      touch: (options) => calls.unary(keepAlive, options, (call) => stub.keepAlive({}, call)),
    },
    { credentials, database, address, server, store, keepAliveMs, observe },
  );
  keepers.add(keeper);
  const interceptors = callInterceptors({ tokens: keeper.tokens, authScheme: inSession, retry, observer: observe });
  const stub = createClient(ImmuService, withInterceptors(transport, interceptors));
  const rpcs = { stub, calls };
  const passwordChanged: SessionKeeper["passwordChanged"] = async (...change) => {
    await Promise.all([...keepers].map((each) => each.passwordChanged(...change)));
  };
  const parts = new Set<LedgerClient>();
  let isClosed = false;

  const client: LedgerClient = {
    database,
    ...ledgerReads(rpcs),
    ...ledgerWrites(rpcs),
    ...ledgerVerified(rpcs, proofs({ ...shared, rpcs, session: (options) => keeper.current(options) }), shared.sha256),
    ...ledgerDatabases(rpcs),
    ...ledgerUsers(rpcs, passwordChanged, database),
    values: (codec) => ledgerValues(client, codec),
    useDatabase(name) {
      const own = { database: databaseName(name), credentials: keeper.credentials };
      const part = clientOf(shared, { ...own, onClose: () => void parts.delete(part) });
      parts.add(part);
      if (isClosed) void part.close();
      return part;
    },
    login: (given, options = {}) => keeper.login(given, options),
    logout: async (options = {}) => keeper.logout(options),
    ready: (options = {}) => keeper.session(options),
    async close(options) {
      isClosed = true;
      await Promise.all([calls.close(options), ...[...parts].map((part) => part.close(options))]);
      await keeper.close();
      keepers.delete(keeper);
      onClose();
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
  return client;
}

const { keepAlive } = ImmuService.method;

const inSession = {
  header: (token: string) => ["sessionid", token] as const,
  isRefusal: isSessionGone,
};

/** The server lower-cases names at login; what is trusted is kept under the name as the server has it. */
function databaseName(name = "defaultdb"): string {
  if (checkText(name, "database") === "") throw new TypeError("Cannot connect: database must not be empty");
  return name.toLowerCase();
}

function checkKeepAlive(ms: number): void {
  if (ms === Number.POSITIVE_INFINITY || (ms >= 1 && ms <= maxTimerMs)) return;
  throw new RangeError(`Cannot connect: keepAliveMs must be from 1 to ${maxTimerMs}, or Infinity, got ${ms}`);
}

/** What a timer can wait. */
const maxTimerMs = 2 ** 31 - 1;

/** A store in memory that says once how to keep what it holds. */
function hintingStore(): StateStore {
  const store = memoryStateStore();
  let isHinted = false;
  return {
    ...store,
    get(key) {
      if (!isHinted) console.warn(hint);
      isHinted = true;
      return store.get(key);
    },
  };
}

const hint =
  "What this client trusts of the ledger is kept in memory, and the server's first answer in the next run is believed anew: " +
  "pass a stateStore, such as fileStateStore() of @pumice/ledger-client/node, or memoryStateStore() to go on like this";
