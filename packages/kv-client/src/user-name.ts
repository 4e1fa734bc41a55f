import { checkText } from "@pumice/client-core";

/**
 * A user's name as the server keeps it: trimmed and lower-cased, which 0.1.1 does in some calls only.
 *
 * @param action - What it is for, for the error.
 * @throws TypeError if nothing remains of it, or if it is no text.
 */
export function userName(username: string, action: string): string {
  const name = checkText(username, "username").trim().toLowerCase();
  if (name === "") throw new TypeError(`Cannot ${action}: username must not be blank`);
  return name;
}
