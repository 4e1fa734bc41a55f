import { Code, ConnectError, type Interceptor, type StreamRequest, type StreamResponse } from "@connectrpc/connect";
import type { Token, TokenSource } from "./token-source.js";

/**
 * Sends `authorization: Bearer TOKEN` with every call. A call that is answered UNAUTHENTICATED is made once more with a
 * new token, so a server that refuses everything gets two calls and one login, not a storm.
 *
 * A streaming call is repeated only before its first message has arrived, and only if the caller sends no stream; if it
 * was refused after its headers had come, `header` and `trailer` stay those of the refused call.
 * Repeating is safe for every rpc: a server that refuses the token has not run the call.
 */
export function authInterceptor(tokens: TokenSource): Interceptor {
  return (next) => async (request) => {
    const token = await tokens.get(request.signal);
    if (request.stream) return authorizedStream(next, request, token, tokens);
    setToken(request.header, token);
    try {
      return await next(request);
    } catch (error) {
      if (!isRefused(error)) throw error;
      tokens.invalidate(token);
      setToken(request.header, await tokens.get(request.signal));
      return await next(request);
    }
  };
}

type Next = Parameters<Interceptor>[0];

async function authorizedStream(
  next: Next,
  request: StreamRequest,
  token: Token,
  tokens: TokenSource,
): Promise<StreamResponse> {
  const open = async (current: Token, input: StreamRequest["message"]): Promise<StreamResponse> => {
    setToken(request.header, current);
    return (await next({ ...request, message: input })) as StreamResponse;
  };
  if (request.method.methodKind !== "server_streaming") return open(token, request.message);

  const input = await collect(request.message);
  const reopen = async (error: unknown): Promise<StreamResponse> => {
    if (!isRefused(error)) throw error;
    tokens.invalidate(token);
    return open(await tokens.get(request.signal), stream(input));
  };
  try {
    const response = await open(token, stream(input));
    return { ...response, message: reopenedWhenRefused(response, reopen) };
  } catch (error) {
    return reopen(error);
  }
}

/** gRPC refuses a stream in its headers or in its trailers, Connect only at its end: the first read decides. */
async function* reopenedWhenRefused(
  first: StreamResponse,
  reopen: (error: unknown) => Promise<StreamResponse>,
): StreamResponse["message"] {
  let messages = first.message[Symbol.asyncIterator]();
  let result = await messages.next().catch(async (error: unknown) => {
    messages = (await reopen(error)).message[Symbol.asyncIterator]();
    return messages.next();
  });
  while (!result.done) {
    yield result.value;
    result = await messages.next();
  }
}

function setToken(header: Headers, token: Token): void {
  header.set("authorization", `Bearer ${token.value}`);
}

function isRefused(error: unknown): boolean {
  return error instanceof ConnectError && error.code === Code.Unauthenticated;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* stream<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}
