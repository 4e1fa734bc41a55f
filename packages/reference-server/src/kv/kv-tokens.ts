import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { KvUser } from "./kv-users.js";

/** The tokens of one server: JWTs signed with HS256 under a secret that nobody else has. */
export class KvTokens {
  private secret = randomBytes(32);

  /** @param lifetimeMs - How long a token is good for, in milliseconds. */
  constructor(private readonly lifetimeMs: number) {}

  async issue({ name, roles }: KvUser): Promise<string> {
    const nowMs = Date.now();
    return await new SignJWT({ roles })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setSubject(name)
      .setIssuedAt(Math.floor(nowMs / 1000))
      .setExpirationTime((nowMs + this.lifetimeMs) / 1000) // RFC 7519, section 2: may have a fraction
      .sign(this.secret);
  }

  /** @returns The roles that the token was given, or undefined if it is no token of ours or has expired. */
  async rolesOf(token: string): Promise<readonly string[] | undefined> {
    try {
      const { payload } = await jwtVerify<{ roles: string[] }>(token, this.secret, { algorithms: ["HS256"] });
      const { exp = 0, roles } = payload;
      return exp * 1000 > Date.now() ? roles : undefined; // jose compares whole seconds
    } catch {
      return undefined;
    }
  }

  /** Makes all tokens invalid that were issued so far. */
  expireAll(): void {
    this.secret = randomBytes(32);
  }
}
