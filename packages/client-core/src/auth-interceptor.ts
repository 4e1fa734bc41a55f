import {
  Code,
  ConnectError,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
} from "@connectrpc/connect";
import { abortError } from "./abort-error.js";
import type { AnyRequest } from "./call-scope.js";
import { recoverFirstMessage } from "./first-message.js";
import { markLoginFailure } from "./login-failure.js";
import { keptInput } from "./replayable-input.js";
import type { Token, TokenSource } from "./token-source.js";

/**
 * Sends `authorization: Bearer TOKEN` with every call. A call that is answered UNAUTHENTICATED is made once more with a
 * new token, so a server that refuses everything gets two calls and one login, not a storm.
 *
 * A streaming call is repeated only before its first message has arrived, and only if the caller sends no stream; if it
 * was refused after its headers had come, `header` and `trailer` stay those of the refused call.
 * Repeating is safe for every rpc: a server that refuses the token has not run the call.
 *
 * What a login throws ends the call; `deliveryOf()` says `never sent` of it, and `retryInterceptor()` leaves it alone.
 */
export function authInterceptor(tokens: TokenSource): Interceptor {
  return (next) => (request) =>
    request.stream ? authorizedStream(next, request, tokens) : authorizedUnary(next, request, tokens);
}

type Next = ReturnType<Interceptor>;

async function authorizedUnary(next: Next, request: UnaryRequest, tokens: TokenSource): ReturnType<Next> {
  // A token that is there costs neither a promise nor a signal.
  const token = tokens.current ?? (await login(request, tokens));
  setToken(request.header, token);
  try {
    return await next(request);
  } catch (error) {
    await renew(error, request, token, tokens);
    return next(request);
  }
}

async function authorizedStream(next: Next, request: StreamRequest, tokens: TokenSource): Promise<StreamResponse> {
  const token = tokens.current ?? (await login(request, tokens));
  setToken(request.header, token);
  if (request.method.methodKind !== "server_streaming") return (await next(request)) as StreamResponse;

  const input = await keptInput(request.message);
  const open = async () => (await next({ ...request, message: input.messages() })) as StreamResponse;
  const reopen = async (error: unknown): Promise<StreamResponse> => {
    await renew(error, request, token, tokens);
    return open();
  };
  try {
    return recoverFirstMessage(await open(), reopen);
  } catch (error) {
    return reopen(error);
  }
}

/** Puts a new token on; rethrows an error that a new token does not mend. */
async function renew(error: unknown, request: AnyRequest, refused: Token, tokens: TokenSource): Promise<void> {
  if (!(error instanceof ConnectError) || error.code !== Code.Unauthenticated) throw error;
  tokens.invalidate(refused);
  setToken(request.header, await login(request, tokens));
}

async function login({ signal }: AnyRequest, tokens: TokenSource): Promise<Token> {
  try {
    return await tokens.get(signal);
  } catch (error) {
    throw signal.aborted ? abortError(signal.reason) : markLoginFailure(error);
  }
}

function setToken(header: Headers, token: Token): void {
  try {
    header.set("authorization", `Bearer ${token.value}`);
  } catch {
    // The runtime's own error would show the token.
    throw new TypeError("Cannot send the token: it has characters that a header must not have");
  }
}
