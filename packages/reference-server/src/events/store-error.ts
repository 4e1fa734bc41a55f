import { Code } from "@connectrpc/connect";
import type { AppendCondition, SequencedEvent } from "@pumice/stubs/umadb";
import { ErrorResponse_ErrorType as ErrorType } from "@pumice/stubs/umadb";

/** Why the event store refuses a request; its text is the real server's. */
export class StoreError extends Error {
  constructor(
    readonly errorType: ErrorType,
    message: string,
  ) {
    super(message);
  }

  get code(): Code {
    return codes[this.errorType];
  }
}

/** An event matches the append condition. The text is made where it is sent: in full it prints the event's data. */
export class ConditionFailedError extends StoreError {
  constructor(
    readonly condition: AppendCondition,
    readonly matched: SequencedEvent,
  ) {
    super(ErrorType.INTEGRITY, "integrity error: condition failed");
  }
}

export function invalidArgument(problem: string): StoreError {
  return new StoreError(ErrorType.INVALID_ARGUMENT, `invalid argument: ${problem}`);
}

const codes: Readonly<Record<ErrorType, Code>> = {
  [ErrorType.IO]: Code.Internal,
  [ErrorType.SERIALIZATION]: Code.InvalidArgument,
  [ErrorType.INTEGRITY]: Code.FailedPrecondition,
  [ErrorType.CORRUPTION]: Code.DataLoss,
  [ErrorType.INTERNAL]: Code.Internal,
  [ErrorType.AUTHENTICATION]: Code.Unauthenticated,
  [ErrorType.INVALID_ARGUMENT]: Code.InvalidArgument,
};
