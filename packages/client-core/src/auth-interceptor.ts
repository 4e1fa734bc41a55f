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
import { markLoginFailure } from "./delivery-marks.js";
import { recoverFirstMessage } from "./first-message.js";
import { keptInput } from "./replayable-input.js";
import type { Token, TokenSource } from "./token-source.js";

/** How a service wants its token, and what it says to one that it does not accept. */
export interface AuthScheme {
  /** The request header that carries a token: its name and its value. */
  header(token: string): readonly [name: string, value: string];
  /** True if the server did not accept the token, and so has not run the call. */
  isRefusal(error: ConnectError): boolean;
}

/**
 * Sends `authorization: Bearer TOKEN` with every call. A call that is answered UNAUTHENTICATED is made once more with a
 * new token, so a server that refuses everything gets two calls and one login, not a storm.
 *
 * A streaming call is repeated only before its first message has arrived, and only if the caller sends no stream (else
 * the next call gets the new token); if it was refused after its headers had come, `header` and `trailer` stay those of
 * the refused call.
 * Repeating is safe for every rpc: a server that refuses the token has not run the call.
 *
 * What a login throws ends the call; `deliveryOf()` says `never sent` of it, and `retryInterceptor()` leaves it alone.
 *
 * @param scheme - For a service with other habits.
 */
export function authInterceptor(tokens: TokenSource, scheme: AuthScheme = bearer): Interceptor {
  const auth: Auth = { tokens, scheme };
  return (next) => (request) =>
    request.stream ? authorizedStream(next, request, auth) : authorizedUnary(next, request, auth);
}

const bearer: AuthScheme = {
  header: (token) => ["authorization", `Bearer ${token}`],
  isRefusal: ({ code }) => code === Code.Unauthenticated,
};

interface Auth {
  readonly tokens: TokenSource;
  readonly scheme: AuthScheme;
}

type Next = ReturnType<Interceptor>;

async function authorizedUnary(next: Next, request: UnaryRequest, auth: Auth): ReturnType<Next> {
  // A token that is there costs neither a promise nor a signal.
  const token = auth.tokens.current ?? (await login(request, auth.tokens));
  setToken(request.header, token, auth.scheme);
  try {
    return await next(request);
  } catch (error) {
    refuse(error, token, auth);
    setToken(request.header, await login(request, auth.tokens), auth.scheme);
    return next(request);
  }
}

async function authorizedStream(next: Next, request: StreamRequest, auth: Auth): Promise<StreamResponse> {
  const token = auth.tokens.current ?? (await login(request, auth.tokens));
  setToken(request.header, token, auth.scheme);
  const input = request.method.methodKind === "server_streaming" ? await keptInput(request.message) : undefined;
  const message = () => input?.messages() ?? request.message;
  const open = async () => (await next({ ...request, message: message() })) as StreamResponse;
  const reopen = async (error: unknown): Promise<StreamResponse> => {
    refuse(error, token, auth);
    if (!input) throw error;
    setToken(request.header, await login(request, auth.tokens), auth.scheme);
    return open();
  };
  try {
    return recoverFirstMessage(await open(), reopen);
  } catch (error) {
    return reopen(error);
  }
}

/** Forgets a token that the server refused; rethrows an error that a new token does not mend. */
function refuse(error: unknown, token: Token, { tokens, scheme }: Auth): void {
  if (!(error instanceof ConnectError) || !scheme.isRefusal(error)) throw error;
  tokens.invalidate(token);
}

async function login({ signal }: AnyRequest, tokens: TokenSource): Promise<Token> {
  try {
    return await tokens.get(signal);
  } catch (error) {
    // Whatever it threw becomes a ConnectError on its way out: that one has to bear the mark.
    throw signal.aborted ? abortError(signal.reason) : markLoginFailure(ConnectError.from(error));
  }
}

function setToken(header: Headers, token: Token, scheme: AuthScheme): void {
  try {
    header.set(...scheme.header(token.value));
  } catch {
    // The runtime's own error would show the token.
    throw new TypeError("Cannot send the token: it has characters that a header must not have");
  }
}
