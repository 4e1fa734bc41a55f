import { Code, ConnectError, type ContextKey, createContextKey, type Interceptor } from "@connectrpc/connect";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { mayCall } from "./kv-roles.js";
import type { KvTokens } from "./kv-tokens.js";

/** The roles of the user who makes a call. */
export const callerRoles: ContextKey<readonly string[]> = createContextKey([]);

/** Lets a call through if its token is good and the user's role allows it; the texts are the real server's. */
export function accessInterceptor(tokens: KvTokens): Interceptor {
  return (next) => async (request) => {
    if (request.method === ScoriaDB.method.authenticate) return next(request);
    const authorization = request.header.get("authorization");
    if (authorization === null) throw new ConnectError("missing authorization header", Code.Unauthenticated);
    const token = /^Bearer (.+)$/.exec(authorization)?.[1];
    if (token === undefined) throw new ConnectError("invalid authorization header format", Code.Unauthenticated);
    const roles = await tokens.rolesOf(token);
    if (!roles) throw new ConnectError("invalid token", Code.Unauthenticated);
    if (!mayCall(request.method.name, roles)) throw insufficientPrivileges();
    request.contextValues.set(callerRoles, roles);
    return next(request);
  };
}

/** The error for a role that is too low. */
export function insufficientPrivileges(): ConnectError {
  return new ConnectError("insufficient privileges", Code.PermissionDenied);
}
