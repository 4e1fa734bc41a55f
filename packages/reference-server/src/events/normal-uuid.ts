import { ErrorResponse_ErrorType as ErrorType } from "@pumice/stubs/umadb";
import { StoreError } from "./store-error.js";

/**
 * A uuid in lower case with hyphens, of any form that the real server takes: with hyphens, those in braces or after
 * `urn:uuid:`, or 32 hex digits. Empty stays empty.
 *
 * @throws StoreError of type CORRUPTION for everything else, as the real server says.
 */
export function normalUuid(text: string): string {
  if (text === "") return text;
  const groups = forms.map((form) => form.exec(text)).find((match) => match !== null);
  if (!groups) throw new StoreError(ErrorType.CORRUPTION, "deserialization error: Invalid UUID in Event");
  return groups.slice(1).join("-").toLowerCase();
}

const hyphenated = "([0-9a-fA-F]{8})-([0-9a-fA-F]{4})-([0-9a-fA-F]{4})-([0-9a-fA-F]{4})-([0-9a-fA-F]{12})";
const forms: readonly RegExp[] = [
  new RegExp(`^${hyphenated}$`),
  new RegExp(`^${hyphenated.replaceAll("-(", "(")}$`),
  new RegExp(`^\\{${hyphenated}\\}$`),
  new RegExp(`^urn:uuid:${hyphenated}$`),
];
