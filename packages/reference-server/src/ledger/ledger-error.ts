import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, RetryInfoSchema } from "@pumice/stubs/immudb";

/** An error of the server's plain kind: a text, mostly under UNKNOWN. */
export function plainError(text: string, code: Code = Code.Unknown): ConnectError {
  return new ConnectError(text, code);
}

/** An error with details: the SQLSTATE-like code decides the gRPC code. */
export function detailedError(sqlState: string, text: string, cause: string = text): ConnectError {
  const details = [
    { desc: ErrorInfoSchema, value: { code: sqlState, cause } },
    { desc: RetryInfoSchema, value: {} },
  ];
  return new ConnectError(text, codeOf[sqlState] ?? Code.Unknown, undefined, details);
}

const codeOf: Readonly<Record<string, Code>> = {
  "08001": Code.PermissionDenied,
  "23000": Code.FailedPrecondition,
  "22023": Code.InvalidArgument,
  XX000: Code.Internal,
  "3F000": Code.NotFound,
};

const keyNotFoundText = "tbtree: key not found";

export const keyNotFound = (): ConnectError => plainError(keyNotFoundText);
export const expiredEntry = (): ConnectError => plainError(`${keyNotFoundText}: expired entry`);
export const txNotFound = (): ConnectError => plainError("tx not found");
export const illegalArguments = (): ConnectError => plainError("illegal arguments", Code.InvalidArgument);
export const illegalState = (): ConnectError => plainError("illegal state", Code.InvalidArgument);

/** What `read` returns, or undefined if there is no such key, or it is deleted; an expired one is an error here. */
export function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConnectError && error.rawMessage === keyNotFoundText) return undefined;
    throw error;
  }
}

/** What `read` returns, or undefined if the key is missing, deleted or expired, which lists leave out. */
export function ifFound<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConnectError && error.rawMessage.startsWith(keyNotFoundText)) return undefined;
    throw error;
  }
}
