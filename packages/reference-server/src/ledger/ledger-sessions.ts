import { randomBytes } from "node:crypto";
import { detailedError } from "./ledger-error.js";
import type { LedgerUser } from "./ledger-users.js";

/** Who calls, and in which database; of a session it can be switched. */
export interface Caller {
  readonly user: LedgerUser;
  database: string | undefined;
}

export interface SessionLimits {
  /** A session that is idle for longer is forgotten. */
  readonly idleMs: number;
  readonly nowMs: () => number;
}

const maxSessions = 100;

/** Sessions, and the tokens of the older login. */
export class LedgerSessions {
  private readonly sessions = new Map<string, Caller & { lastCallMs: number }>();
  private readonly tokens = new Map<string, Caller>();

  constructor(private readonly limits: SessionLimits) {}

  open(user: LedgerUser, database: string): string {
    this.forgetIdle();
    if (this.sessions.size >= maxSessions) {
      const text = "can not create new session";
      throw detailedError("XX000", `${text}: max sessions number reached`, text);
    }
    const id = randomBytes(32).toString("base64url").padEnd(44, "=");
    this.sessions.set(id, { user, database, lastCallMs: this.limits.nowMs() });
    return id;
  }

  /**
   * The session of an id; this renews it.
   *
   * @param unknown - What to throw if there is none.
   */
  use(id: string, unknown: () => Error = sessionNotFound): Caller {
    this.forgetIdle();
    if (id === "") throw detailedError("28000", "no sessionID provided");
    const session = this.sessions.get(id);
    if (!session) throw unknown();
    session.lastCallMs = this.limits.nowMs();
    return session;
  }

  close(id: string): void {
    this.sessions.delete(id);
  }

  /** Ends all sessions of a user. Their tokens live on, as with the real server. */
  endOf(user: LedgerUser): void {
    for (const [id, session] of this.sessions) if (session.user === user) this.sessions.delete(id);
  }

  /** Ends all sessions and tokens. */
  endAll(): void {
    this.sessions.clear();
    this.tokens.clear();
  }

  /** A token for a user, and for a database once one was selected. */
  issueToken(user: LedgerUser, database: string | undefined): string {
    const token = `v2.public.${randomBytes(64).toString("base64url")}`;
    this.tokens.set(token, { user, database });
    return token;
  }

  /** @param authorization - A token as it is, or after `Bearer `. */
  ofToken(authorization: string): Caller {
    const token = authorization.replace(/^Bearer /, "");
    const caller = this.tokens.get(token);
    if (caller) return caller;
    if (token.split(".").length < 3) {
      throw detailedError("XX000", "invalid token", "malformed token: expected at least 3 pieces");
    }
    throw notLoggedIn();
  }

  private forgetIdle(): void {
    const { idleMs, nowMs } = this.limits;
    for (const [id, { lastCallMs }] of this.sessions) if (nowMs() - lastCallMs > idleMs) this.sessions.delete(id);
  }
}

const sessionNotFound = (): Error => detailedError("08001", "session not found");
/** The same of a call that streams, which the real server words otherwise. */
export const noSessionFound = (): Error => detailedError("22023", "no session found");
export const notLoggedIn = (): Error => detailedError("28000", "not logged in");
