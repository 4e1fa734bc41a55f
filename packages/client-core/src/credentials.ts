import { Code } from "@connectrpc/connect";
import { UnauthenticatedError } from "./pumice-error.js";
import type { Token } from "./token-source.js";

/** What a login needs: as it is, or fetched for each login, so that it may change while the client lives. */
export type Credentials<C> = C | (() => C | Promise<C>);

/**
 * A login for {@link tokenSource} that asks for the credentials each time.
 *
 * @param rpc - The login's full method name, `package.Service/Method`, for the error.
 * @throws UnauthenticatedError from the login, before anything is sent, if there are no credentials.
 */
export function loginWith<C extends object>(
  rpc: string,
  credentials: Credentials<C> | undefined,
  login: (credentials: C) => Promise<Token>,
): () => Promise<Token> {
  return async () => {
    const given = typeof credentials === "function" ? await credentials() : credentials;
    if (given) return login(given);
    const message = "Cannot log in: the client has no credentials, and the server wants a login";
    throw new UnauthenticatedError(message, Code.Unauthenticated, { rpc, attempts: 0 });
  };
}
