import { randomBytes, type ScryptOptions, scrypt, scryptSync, timingSafeEqual } from "node:crypto";

/**
 * scrypt at a hundredth of the usual cost: a login takes about 2 ms and 1 MiB. A server for tests keeps no secrets worth
 * more, but nobody reads a password out of a dump of it.
 */
const cost: ScryptOptions = { N: 1024, r: 8, p: 1 };
const hashLength = 32;

/** A password's hash with a salt of its own, as `scrypt:<salt>:<hash>` in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return encoded(salt, await derived(password, salt));
}

/** {@link hashPassword} for the one user that is there from the start. */
export function hashPasswordSync(password: string): string {
  const salt = randomBytes(16);
  return encoded(salt, scryptSync(password, salt, hashLength, cost));
}

/** True if the hash was made of this password; false also for what is no hash. */
export async function matchesPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, salt = "", expected = ""] = hash.split(":");
  if (scheme !== "scrypt") return false;
  const bytes = Buffer.from(expected, "base64");
  return bytes.length === hashLength && timingSafeEqual(await derived(password, Buffer.from(salt, "base64")), bytes);
}

function encoded(salt: Buffer, hash: Buffer): string {
  return `scrypt:${salt.toString("base64")}:${hash.toString("base64")}`;
}

function derived(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashLength, cost, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
