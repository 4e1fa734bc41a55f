import { Code } from "@connectrpc/connect";
import { type FailedCall, NotFoundError, type PumiceError, type ThrownCall, translateError } from "@pumice/client-core";

/** The client's errors, of whatever a transport threw. */
export function kvError(reason: unknown, call: ThrownCall): PumiceError {
  const error = translateError(reason, call);
  if (error.code === Code.Internal && unknownFamily.test(error.rawMessage)) {
    const { rpc, attempts, elapsedMs, rawMessage } = error;
    const failed: FailedCall = { rpc, attempts, elapsedMs, cause: reason };
    return new NotFoundError(rawMessage, Code.NotFound, failed);
  }
  return error;
}

/** ScoriaDB 0.1.1 says INTERNAL for an unknown family, in five texts that share these words. */
const unknownFamily = /\bCF "[^"]*" not found/;
