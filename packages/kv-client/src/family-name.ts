import { checkText } from "@pumice/client-core";

/**
 * A column family as keys are addressed with it: the protocol has two names for the default one, of which this takes the
 * empty string.
 *
 * @throws TypeError if it is empty, or no text.
 */
export function familyName(family: string | undefined): string {
  return family === undefined || checkFamilyName(family) === "default" ? "" : family;
}

/** @throws TypeError if a family's name is empty, or no text. */
export function checkFamilyName(family: string): string {
  if (family === "") throw new TypeError('Cannot use the family "": the name must not be empty');
  return checkText(family, "family");
}
