/** An error as the server words it. */
export interface ServerError {
  /** The class of the Python exception. The third generation does not say. */
  readonly type?: string;
  readonly message: string;
}

/**
 * The error that an answer of the second generation is: a map with the single key `__error__` and two strings inside.
 * Anything else is a result; no result is ever a map.
 */
export function readError(answer: unknown): ServerError | undefined {
  const [error, ...others] = isRecord(answer) ? Object.entries(answer) : [];
  if (error?.[0] !== "__error__" || others.length > 0 || !isRecord(error[1])) return undefined;
  const { type, message, ...rest } = error[1];
  if (typeof type !== "string" || typeof message !== "string" || Object.keys(rest).length > 0) return undefined;
  return { type, message };
}

/** An answer of the third generation: a result, or an error in words alone. */
export type Reply = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: string };

/** The reply that a decoded frame of the third generation is; undefined if it is none. */
export function readReply(answer: unknown): Reply | undefined {
  if (!isRecord(answer)) return undefined;
  if (answer["ok"] === true) return { ok: true, result: answer["result"] };
  const { ok, error } = answer;
  return ok === false && typeof error === "string" ? { ok, error } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
