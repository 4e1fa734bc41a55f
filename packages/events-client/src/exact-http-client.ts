import type { UniversalClientFn } from "@connectrpc/connect/protocol";
import { correctDetails } from "./exact-status.js";

/**
 * Lets the stock gRPC transport tell UmaDB's errors, each of which it reports as "data loss" otherwise.
 *
 * The HTTP client, and `createTransport()` that takes it, are outside of Connect's promise of compatibility; our tests pin
 * both for Connect 2.1 and 2.2.
 *
 * @example
 * import { createTransport } from "@connectrpc/connect/protocol-grpc";
 * import { createNodeHttpClient } from "@connectrpc/connect-node";
 * const httpClient = withExactErrors(createNodeHttpClient({ httpVersion: "2" }));
 */
export function withExactErrors(httpClient: UniversalClientFn): UniversalClientFn {
  return async (request) => {
    const response = await httpClient(request);
    correctDetails(response.header);
    return { ...response, body: correctedAtEnd(response.body, response.trailer) };
  };
}

/** Trailers are there when the body has ended. */
async function* correctedAtEnd<T>(body: AsyncIterable<T>, trailer: Headers): AsyncIterable<T> {
  yield* body;
  correctDetails(trailer);
}
