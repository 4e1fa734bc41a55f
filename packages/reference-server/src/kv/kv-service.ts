import { Code, ConnectError, type ConnectRouter, type Interceptor, type ServiceImpl } from "@connectrpc/connect";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { KvLogin, type KvLoginOptions } from "./kv-login.js";
import { defaultFamily, KvStore } from "./kv-store.js";

/** A ScoriaDB in memory, without a wire. */
export interface KvService {
  readonly username: string;
  readonly password: string;
  /** Adds the service, with its own limits and its own meaning of `authorization`, to a router. */
  register(router: ConnectRouter): void;
}

/** Limit of the real server for a message that it receives, in bytes. */
const readMaxBytes = 4_194_304;

/** Families that the real server keeps for itself; here nobody gets at them. */
const reservedFamilies: readonly string[] = ["__auth__", "__meta__"];

/** Makes an empty server. It behaves as ScoriaDB's guide promises, which is not always what ScoriaDB 0.1.1 does. */
export function createKvService(options: KvLoginOptions = {}): KvService {
  const login = new KvLogin(options);
  const implementation = kvImplementation(login, new KvStore());
  return {
    username: login.username,
    password: login.password,
    register(router) {
      router.service(ScoriaDB, implementation, { readMaxBytes, interceptors: [requireToken(login)] });
    },
  };
}

function kvImplementation(login: KvLogin, store: KvStore): Partial<ServiceImpl<typeof ScoriaDB>> {
  /** The family that a request names, which must exist. */
  const family = (name: string): string => {
    const meant = notReserved(name || defaultFamily);
    if (!store.hasFamily(meant)) throw new ConnectError(`column family "${meant}" not found`, Code.NotFound);
    return meant;
  };
  return {
    async authenticate({ username, password }) {
      const jwtToken = await login.login(username, password);
      if (!jwtToken) throw new ConnectError("invalid username or password", Code.Unauthenticated);
      return { jwtToken };
    },
    get({ key, cfName, snapshotTs }) {
      const value = store.get(family(cfName), key, snapshotTs === 0n ? undefined : snapshotTs);
      return value ? { found: true, value } : { found: false };
    },
    put({ key, value, cfName }) {
      return { commitTs: store.write(family(cfName), key, value) };
    },
    delete({ key, cfName }) {
      return { commitTs: store.write(family(cfName), key, undefined) };
    },
    async *scan({ prefix, cfName }) {
      yield* store.scan(family(cfName), prefix);
    },
    listCF() {
      return { cfNames: store.familyNames() };
    },
    createCF({ name }) {
      if (name === "") throw new ConnectError("column family name cannot be empty", Code.InvalidArgument);
      if (store.hasFamily(notReserved(name))) {
        throw new ConnectError(`column family "${name}" already exists`, Code.AlreadyExists);
      }
      store.createFamily(name);
      return {};
    },
    deleteCF({ name }) {
      store.dropFamily(family(name));
      return {};
    },
  };
}

function notReserved(name: string): string {
  if (reservedFamilies.includes(name)) {
    throw new ConnectError(`column family "${name}" is reserved`, Code.PermissionDenied);
  }
  return name;
}

/** Every rpc but the login wants a token; the texts are the real server's. */
function requireToken(login: KvLogin): Interceptor {
  return (next) => async (request) => {
    if (request.method === ScoriaDB.method.authenticate) return next(request);
    const authorization = request.header.get("authorization");
    if (!authorization) throw new ConnectError("missing authorization header", Code.Unauthenticated);
    const token = /^Bearer (.+)$/.exec(authorization)?.[1];
    if (!token) throw new ConnectError("invalid authorization header format", Code.Unauthenticated);
    if (!(await login.isValid(token))) throw new ConnectError("invalid token", Code.Unauthenticated);
    return next(request);
  };
}
