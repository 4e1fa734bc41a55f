import { detailsHeader, exactStatus } from "./exact-status.js";

/** What connect-node's transports ask of their option `sessionManager`, as far as it matters here. */
export interface Http2Sessions<Stream extends HeaderEmitter, Args extends unknown[]> {
  readonly authority: string;
  request(...args: Args): Promise<Stream>;
  notifyResponseByteRead(stream: Stream): void;
}

/** A stream of `node:http2`. */
export interface HeaderEmitter {
  emit(event: string | symbol, ...args: unknown[]): boolean;
}

/**
 * Lets connect-node's `createGrpcTransport()` tell UmaDB's errors, each of which it reports as "data loss" otherwise.
 * For where the HTTP client below it cannot be had; the same words about compatibility hold as for `withExactErrors()`.
 *
 * @example
 * const sessionManager = withExactSessionErrors(new Http2SessionManager(baseUrl));
 * const transport = createGrpcTransport({ baseUrl, sessionManager });
 */
export function withExactSessionErrors<Stream extends HeaderEmitter, Args extends unknown[]>(
  sessions: Http2Sessions<Stream, Args>,
): Http2Sessions<Stream, Args> {
  return {
    authority: sessions.authority,
    notifyResponseByteRead: (stream) => sessions.notifyResponseByteRead(stream),
    async request(...args) {
      const stream = await sessions.request(...args);
      const emit = stream.emit.bind(stream);
      stream.emit = (event, ...values) => {
        if (event === "response" || event === "trailers") correctFields(values[0] as Record<string, unknown>);
        return emit(event, ...values);
      };
      return stream;
    },
  };
}

function correctFields(fields: Record<string, unknown>): void {
  const encoded = fields[detailsHeader];
  if (typeof encoded !== "string") return;
  const exact = exactStatus(Number(fields["grpc-status"]), encoded);
  if (exact === undefined) delete fields[detailsHeader];
  else fields[detailsHeader] = exact;
}
