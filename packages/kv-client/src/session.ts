import { Code, createClient, type Transport } from "@connectrpc/connect";
import { type ClientCalls, PumiceError, type Token, type TokenSource, tokenSource } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import type { KvOptions } from "./kv-client.js";

/**
 * The token of one user: a login when it is first needed, again before the token expires.
 *
 * @param transport - Without the interceptors that need the token.
 */
export function kvSession(transport: Transport, calls: ClientCalls, options: KvOptions): TokenSource {
  const { password } = options;
  const username = options.username.trim().toLowerCase();
  const stub = createClient(ScoriaDB, transport);

  return tokenSource(async (): Promise<Token> => {
    const login = ScoriaDB.method.authenticate;
    try {
      const { jwtToken } = await calls.nested(login, { retry: "always" }, (call) =>
        stub.authenticate({ username, password }, call),
      );
      return { value: jwtToken, expiresAtMs: expiry(jwtToken) };
    } catch (error) {
      if (!(error instanceof PumiceError) || error.code !== Code.Unimplemented) throw error;
      const { rpc, attempts } = error;
      const message = `Cannot log in: this server does not speak ${ScoriaDB.typeName}`;
      throw new PumiceError(message, Code.Unimplemented, { rpc, attempts, cause: error });
    }
  });
}

/** The `exp` of a JWT (RFC 7519, 4.1.4) in milliseconds; the signature is the server's to check. */
function expiry(jwt: string): number | undefined {
  try {
    const payload = jwt.split(".")[1] ?? "";
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    const exp = typeof claims === "object" && claims !== null && "exp" in claims ? claims.exp : undefined;
    return typeof exp === "number" ? exp * 1000 : undefined;
  } catch {
    return undefined; // another kind of token: it is used until the server refuses it
  }
}
