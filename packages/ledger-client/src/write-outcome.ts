import { ConflictError, PumiceError } from "@pumice/client-core";
import { CommitOutcomeUnknownError, isOutcomeUnknown } from "./errors.js";

/**
 * Makes a write, and tells one that failed from one whose outcome is unknown.
 *
 * @param find - Looks for the write when its outcome is unknown: gives what it found, throws if the write can no longer come
 * to be, or gives undefined.
 * @throws {@link CommitOutcomeUnknownError} if it was sent, and nobody can say what became of it.
 */
export async function withKnownOutcome<T>(
  write: () => Promise<T>,
  find: () => Promise<T | undefined> = async () => undefined,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof PumiceError) || !isOutcomeUnknown(error)) throw error;
    const found = await find().catch(onlyConflict);
    if (found !== undefined) return found;
    const { rpc, attempts, elapsedMs, code, rawMessage } = error;
    const message = `Cannot tell whether it was written: ${rawMessage}`;
    throw new CommitOutcomeUnknownError(message, code, { rpc, attempts, elapsedMs, cause: error });
  }
}

/** Whatever else keeps the client from finding out leaves the outcome unknown. */
function onlyConflict(error: unknown): undefined {
  if (error instanceof ConflictError) throw error;
}
