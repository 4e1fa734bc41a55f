import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { type ContextKey, createContextKey } from "@connectrpc/connect";
import type { AnyRequest } from "./call-scope.js";

/**
 * What a caller says about repeating a call whose attempt failed.
 *
 * - `safe`: if the rpc's `idempotency_level` marks it as repeatable, or no server can have processed the attempt.
 * - `always`: whatever the rpc is; a repeat, even a late one, does no harm.
 * - `never`: not at all.
 */
export type RepeatPolicy = "safe" | "always" | "never";

/** Where a call carries its {@link RepeatPolicy}; `safe` if it does not. */
export const repeatKey: ContextKey<RepeatPolicy> = createContextKey<RepeatPolicy>("safe", {
  description: "@pumice/client-core/repeat",
});

/** True if a call may be made twice even if a server has processed it. */
export function isRepeatable({ method, contextValues }: AnyRequest): boolean {
  const policy = contextValues.get(repeatKey);
  if (policy === "always") return true;
  return policy === "safe" && method.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
}
