import { maxPageSize } from "./pages.js";

/**
 * Fetches a page of at most `size` results. The server counts what it then leaves out, references and elements whose key is
 * gone: so an empty page says nothing of what is behind it, until the largest page is empty too.
 *
 * @param ask - Fetches so many results at most, always from the same place.
 */
export async function filledPage<T>(
  ask: (limit: number) => Promise<readonly T[]>,
  size: number,
): Promise<readonly T[]> {
  const found = await ask(size);
  if (found.length > 0 || size === maxPageSize) return found;
  return (await ask(maxPageSize)).slice(0, size);
}
