import type { FaultOptions } from "../faults/fault-rates.js";

export interface KvServiceOptions {
  /** The first user, who is an admin. @defaultValue "admin" */
  readonly username?: string | undefined;
  /** @defaultValue "admin" */
  readonly password?: string | undefined;
  /** How long a token is good for, in milliseconds. @defaultValue 86400000, a day */
  readonly tokenLifetimeMs?: number | undefined;
  /**
   * How long a transaction may stay open, in milliseconds: afterwards it is not found any more, and the versions that
   * only its snapshot needed are forgotten. `Infinity` lets abandoned ones stay.
   *
   * @defaultValue 60000
   */
  readonly transactionTimeoutMs?: number | undefined;
  /** What goes wrong by chance; `faults.next()` of the service gives faults to single calls. @defaultValue nothing */
  readonly faults?: FaultOptions | undefined;
}

/** The options with nothing left out. */
export interface KvServiceSettings {
  readonly username: string;
  readonly password: string;
  readonly tokenLifetimeMs: number;
  readonly transactionTimeoutMs: number;
}

/** @throws TypeError or RangeError if an option cannot work. */
export function kvServiceSettings(options: KvServiceOptions): KvServiceSettings {
  const { username = "admin", password = "admin" } = options;
  const { tokenLifetimeMs = 86_400_000, transactionTimeoutMs = 60_000 } = options;
  if (username.trim() === "") throw new TypeError("kv.username must not be empty");
  if (password === "") throw new TypeError("kv.password must not be empty");
  for (const [name, value] of Object.entries({ tokenLifetimeMs, transactionTimeoutMs })) {
    if (!(value > 0)) throw new RangeError(`kv.${name} must be above 0 milliseconds, got ${value}`);
  }
  if (tokenLifetimeMs > maxTokenLifetimeMs) {
    throw new RangeError(
      `kv.tokenLifetimeMs must be at most ${maxTokenLifetimeMs} (100 years), got ${tokenLifetimeMs}`,
    );
  }
  return { username, password, tokenLifetimeMs, transactionTimeoutMs };
}

/** A JWT's times are numbers of seconds: they stay exact, and dates, within a human life. */
const maxTokenLifetimeMs = 100 * 365 * 86_400_000;
