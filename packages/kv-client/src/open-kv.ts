import { createClient, type Transport } from "@connectrpc/connect";
import { callInterceptors, clientCalls, withInterceptors } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { commitList } from "./commit.js";
import { kvError } from "./errors.js";
import { kvFamilies } from "./families.js";
import { dataCalls, familyOf } from "./family.js";
import type { KvClient } from "./kv-client.js";
import type { KvOptions } from "./kv-options.js";
import type { KvSession, KvSessionOptions, KvTokenSession } from "./kv-session.js";
import { type CredentialsSource, kvLogin } from "./session.js";
import { beginByHand, transaction } from "./transaction.js";
import { kvUsers } from "./users.js";

/** A transport that the client opened, and how it is closed. */
export interface OpenTransport {
  readonly transport: Transport;
  close(): void;
}

/** Puts a client together. */
export function openKv(
  { transport, close }: OpenTransport,
  credentials: CredentialsSource | undefined,
  { retry, observe }: KvOptions,
): KvClient {
  const calls = clientCalls(kvError);
  const loginTransport = withInterceptors(transport, callInterceptors({ retry, observer: observe }));
  const user = kvLogin(loginTransport, calls, { credentials, observe });
  const interceptors = callInterceptors({ tokens: user.tokens, retry, observer: observe });
  const rpcs = { calls, stub: createClient(ScoriaDB, withInterceptors(transport, interceptors)), observe };

  function session(options: KvSessionOptions & { readonly token: true }): Promise<KvTokenSession>;
  function session(options?: KvSessionOptions): Promise<KvSession>;
  async function session(options: KvSessionOptions = {}): Promise<KvSession | KvTokenSession> {
    const { token, ...others } = await user.session(options);
    return options.token === true ? { ...others, token } : others;
  }

  const client: KvClient = {
    ...dataCalls(rpcs),
    family: familyOf(rpcs),
    transaction: (run, options = {}) => transaction(rpcs, run, options),
    commit: (operations, options = {}) => commitList(rpcs, operations, options),
    begin: (options = {}) => beginByHand(rpcs, options),
    families: kvFamilies(rpcs),
    users: kvUsers(rpcs),
    async login(given, options = {}) {
      const { token, ...others } = await user.login(given, options);
      return others;
    },
    logout: () => user.logout(),
    session,
    async ready(options = {}) {
      await user.session(options);
    },
    async close(options) {
      await calls.close(options);
      close();
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
  return client;
}
