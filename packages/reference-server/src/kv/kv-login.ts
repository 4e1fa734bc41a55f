import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";

export interface KvLoginOptions {
  /** @defaultValue "admin" */
  readonly username?: string | undefined;
  /** @defaultValue "admin" */
  readonly password?: string | undefined;
  /** How long a token is good for, in seconds. @defaultValue 86400 */
  readonly tokenLifetimeSeconds?: number | undefined;
}

/** Who may log in, and the tokens they get: JWTs signed with HS256 under a secret that nobody else has. */
export class KvLogin {
  readonly username: string;
  readonly password: string;
  private readonly tokenLifetimeSeconds: number;
  private readonly secret = randomBytes(32);

  /** @throws TypeError if name or password is empty, RangeError if the lifetime is no whole number of seconds. */
  constructor({ username = "admin", password = "admin", tokenLifetimeSeconds = 86_400 }: KvLoginOptions) {
    if (normalized(username) === "") throw new TypeError("kv.username must not be empty");
    if (password === "") throw new TypeError("kv.password must not be empty");
    if (!Number.isSafeInteger(tokenLifetimeSeconds) || tokenLifetimeSeconds < 1) {
      throw new RangeError(`kv.tokenLifetimeSeconds must be a whole number above 0, got ${tokenLifetimeSeconds}`);
    }
    this.username = normalized(username);
    this.password = password;
    this.tokenLifetimeSeconds = tokenLifetimeSeconds;
  }

  /** @returns A token, or undefined if name or password is wrong. */
  async login(username: string, password: string): Promise<string | undefined> {
    if (normalized(username) !== this.username || password !== this.password) return undefined;
    const nowSeconds = Math.floor(Date.now() / 1000);
    return await new SignJWT({ roles: ["admin"] })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setSubject(this.username)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + this.tokenLifetimeSeconds)
      .sign(this.secret);
  }

  async isValid(token: string): Promise<boolean> {
    try {
      await jwtVerify(token, this.secret, { algorithms: ["HS256"] });
      return true;
    } catch {
      return false;
    }
  }
}

/** As the real server does at login. */
function normalized(username: string): string {
  return username.trim().toLowerCase();
}
