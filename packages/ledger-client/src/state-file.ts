import type { StateKey } from "./state-store.js";
import type { LedgerState } from "./verify/ledger-state.js";

/** All that a file of trusted states holds, as text and back. */
export class StateFile {
  private readonly servers: Map<string, string>;
  private readonly states: Map<string, Map<string, LedgerState>>;

  private constructor({ servers, states }: FileContent) {
    this.servers = new Map(Object.entries(servers));
    this.states = new Map(
      Object.entries(states).map(([serverUuid, byDatabase]) => [
        serverUuid,
        new Map(Object.entries(byDatabase).map(parseState)),
      ]),
    );
  }

  static empty(): StateFile {
    return new StateFile({ format: 1, servers: {}, states: {} });
  }

  /** @throws Error if the text was not written by {@link StateFile.text}: to begin anew would trust anything. */
  static parse(text: string): StateFile {
    const content: unknown = JSON.parse(text);
    if (!isFileContent(content)) throw new Error("it does not hold states of format 1");
    return new StateFile(content);
  }

  get({ serverUuid, database }: StateKey): LedgerState | undefined {
    return this.states.get(serverUuid)?.get(database);
  }

  set({ serverUuid, database }: StateKey, state: LedgerState): void {
    const byDatabase = this.states.get(serverUuid) ?? new Map<string, LedgerState>();
    this.states.set(serverUuid, byDatabase.set(database, state));
  }

  getServer(address: string): string | undefined {
    return this.servers.get(address);
  }

  setServer(address: string, serverUuid: string): void {
    this.servers.set(address, serverUuid);
  }

  text(): string {
    const states = [...this.states].map(([serverUuid, byDatabase]) => {
      return [serverUuid, Object.fromEntries([...byDatabase].map(([name, state]) => [name, plainState(state)]))];
    });
    const content = { format: 1, servers: Object.fromEntries(this.servers), states: Object.fromEntries(states) };
    return `${JSON.stringify(content, undefined, 2)}\n`;
  }
}

interface FileContent {
  readonly format: 1;
  /** Server UUIDs by address. */
  readonly servers: Readonly<Record<string, string>>;
  /** States by server UUID, then by database. */
  readonly states: Readonly<Record<string, Readonly<Record<string, PlainState>>>>;
}

interface PlainState {
  /** Decimal: JSON's numbers end at 2^53. */
  readonly txId: string;
  /** Hexadecimal. */
  readonly txHash: string;
}

function plainState({ txId, txHash }: LedgerState): PlainState {
  return { txId: String(txId), txHash: [...txHash].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}

function parseState([database, { txId, txHash }]: [string, PlainState]): [string, LedgerState] {
  const bytes = txHash.match(/../g) ?? [];
  return [database, { txId: BigInt(txId), txHash: Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)) }];
}

function isFileContent(value: unknown): value is FileContent {
  if (!isRecord(value) || value["format"] !== 1) return false;
  const { servers, states } = value;
  if (!isRecord(servers) || !isRecord(states)) return false;
  const isEveryServer = Object.values(servers).every((serverUuid) => typeof serverUuid === "string");
  return isEveryServer && Object.values(states).every((by) => isRecord(by) && Object.values(by).every(isPlainState));
}

function isPlainState(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { txId, txHash } = value;
  return (
    typeof txId === "string" && /^\d{1,20}$/.test(txId) && typeof txHash === "string" && /^[0-9a-f]{64}$/.test(txHash)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
