import { Code, type ConnectError } from "@connectrpc/connect";
import { deliveryOf } from "@pumice/client-core";
import { ErrorResponseSchema, ErrorResponse_ErrorType as WireType } from "@pumice/stubs/umadb";

/** The class that UmaDB gives an error, finer than its code. */
export type ErrorType =
  | "io"
  | "serialization"
  | "integrity"
  | "corruption"
  | "internal"
  | "authentication"
  | "invalid-argument";

/** What UmaDB's details say of an error; what its code alone says where they were cut off; else undefined. */
export function readErrorType(error: ConnectError): ErrorType | undefined {
  const [response] = error.findDetails(ErrorResponseSchema);
  if (response) return names[response.errorType];
  // Only a conflict has details that are too long to arrive.
  const isConflict = error.code === Code.FailedPrecondition && deliveryOf(error) === "answered";
  return isConflict ? "integrity" : undefined;
}

/**
 * Condition and tracking are one class; nothing but the words at the beginning tells them apart. What follows is a dump,
 * which may say anything: it has types and tags in it.
 */
export function isTrackingText(text: string): boolean {
  return /^(integrity error: condition failed|Cannot append): non-increasing tracking position/.test(text);
}

const names: Readonly<Record<WireType, ErrorType>> = {
  [WireType.IO]: "io",
  [WireType.SERIALIZATION]: "serialization",
  [WireType.INTEGRITY]: "integrity",
  [WireType.CORRUPTION]: "corruption",
  [WireType.INTERNAL]: "internal",
  [WireType.AUTHENTICATION]: "authentication",
  [WireType.INVALID_ARGUMENT]: "invalid-argument",
};
