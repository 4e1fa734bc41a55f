import type { CallOptions } from "@pumice/client-core";

/** Who logs in. */
export interface KvCredentials {
  /** Trimmed and lower-cased before it is sent, as the server does at login. */
  readonly username: string;
  readonly password: string;
}

export interface KvSessionOptions extends CallOptions {
  /** Also gives the token, a secret: whoever has it is this user until it expires. @defaultValue false */
  readonly token?: boolean | undefined;
}

/** What the token of a login says. The server's signature is not checked: branch on it for display, not for access. */
export interface KvSession {
  /** In the server's words: a {@link KvRole}, or what a later server knows besides; empty if the token does not tell. */
  readonly roles: readonly string[];
  /** When the token expires; it is renewed before. Undefined if the token does not tell. */
  readonly expiresAt: Date | undefined;
}

/** A session with its token. */
export interface KvTokenSession extends KvSession {
  /** Goes into the header `authorization: Bearer TOKEN`. */
  readonly token: string;
}
