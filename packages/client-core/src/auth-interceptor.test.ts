import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { authInterceptor } from "./auth-interceptor.js";
import { deliveryOf } from "./delivery.js";
import { retryInterceptor } from "./retry-interceptor.js";
import { tokenSource } from "./token-source.js";
import { withInterceptors } from "./with-interceptors.js";

/** A server that accepts one token, and a client whose logins give t1, t2, ... */
function setUp(accepted: string) {
  const seen: string[] = [];
  const check = (header: Headers) => {
    const authorization = header.get("authorization") ?? "none";
    seen.push(authorization);
    if (authorization !== `Bearer ${accepted}`) throw new ConnectError("invalid token", Code.Unauthenticated);
  };
  const transport = createRouterTransport(({ service }) => {
    service(ScoriaDB, {
      get(_, { requestHeader }) {
        check(requestHeader);
        return { found: true };
      },
      async *scan({ prefix }, { requestHeader }) {
        check(requestHeader);
        yield { key: prefix };
        yield { key: new Uint8Array([2]) };
      },
    });
  });
  let logins = 0;
  const tokens = tokenSource(async () => ({ value: `t${++logins}` }));
  const stub = createClient(ScoriaDB, withInterceptors(transport, [authInterceptor(tokens)]));
  return { stub, tokens, seen, logins: () => logins };
}

test("authInterceptor() sends the token with every call", async () => {
  const { stub, seen, logins } = setUp("t1");
  await stub.get({});
  await stub.get({});
  assert.deepEqual(seen, ["Bearer t1", "Bearer t1"]);
  assert.equal(logins(), 1);
});

test("authInterceptor() repeats a refused call once with a new token", async () => {
  const { stub, seen, logins } = setUp("t2");
  assert.equal((await stub.get({})).found, true);
  assert.deepEqual(seen, ["Bearer t1", "Bearer t2"]);
  assert.equal(logins(), 2);
});

test("authInterceptor() makes two calls, not a storm, to a server that refuses everything", async () => {
  const { stub, seen } = setUp("never");
  await assert.rejects(stub.get({}), { code: Code.Unauthenticated });
  assert.deepEqual(seen, ["Bearer t1", "Bearer t2"]);
});

test("authInterceptor() logs in once for many calls that are refused together", async () => {
  const { stub, logins } = setUp("t2");
  await Promise.all(Array.from({ length: 20 }, () => stub.get({})));
  assert.equal(logins(), 2);
});

test("authInterceptor() repeats a refused stream with its request, before the first message only", async () => {
  const { stub, seen } = setUp("t2");
  const keys: number[][] = [];
  for await (const { key } of stub.scan({ prefix: new Uint8Array([1]) })) keys.push([...key]);
  assert.deepEqual(keys, [[1], [2]]);
  assert.deepEqual(seen, ["Bearer t1", "Bearer t2"]);
});

test("authInterceptor() makes two calls to a server that refuses every stream", async () => {
  const { stub, seen } = setUp("never");
  await assert.rejects(
    async () => {
      for await (const _ of stub.scan({}));
    },
    { code: Code.Unauthenticated },
  );
  assert.deepEqual(seen, ["Bearer t1", "Bearer t2"]);
});

test("authInterceptor() leaves other errors alone", async () => {
  let calls = 0;
  const transport = createRouterTransport(({ service }) => {
    service(ScoriaDB, {
      get() {
        calls += 1;
        throw new ConnectError("busy", Code.Unavailable);
      },
    });
  });
  const tokens = tokenSource(async () => ({ value: "t" }));
  const stub = createClient(ScoriaDB, withInterceptors(transport, [authInterceptor(tokens)]));
  await assert.rejects(stub.get({}), { code: Code.Unavailable });
  assert.equal(calls, 1);
});

test("authInterceptor() shows no token in the error of one that no header can hold", async () => {
  const tokens = tokenSource(async () => ({ value: "hunter2\u0000" }));
  const transport = createRouterTransport(() => undefined);
  const stub = createClient(ScoriaDB, withInterceptors(transport, [authInterceptor(tokens)]));
  const error = await stub.get({}).catch((reason: unknown) => reason);
  assert.match(inspect(error), /Cannot send the token/);
  assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /hunter2/);
});

test("authInterceptor() leaves a failed login to its own retries, and says never sent of the call", async () => {
  // The second is what fetch() fails with, where credentials come from elsewhere.
  for (const reason of [new ConnectError("down", Code.Unavailable), new TypeError("fetch failed")]) {
    let logins = 0;
    const tokens = tokenSource(async () => {
      logins += 1;
      throw reason;
    });
    const interceptors = [retryInterceptor({ baseDelayMs: 0 }), authInterceptor(tokens)];
    const stub = createClient(
      ScoriaDB,
      withInterceptors(
        createRouterTransport(() => undefined),
        interceptors,
      ),
    );
    const error = await stub.get({}).catch((thrown: unknown) => thrown);
    assert.equal(logins, 1);
    assert.equal(deliveryOf(error), "never sent");
  }
});

test("authInterceptor() sends the token as a service's own scheme says, and renews on that service's own refusal", async () => {
  const seen: (string | null)[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(ScoriaDB, {
      get(_, { requestHeader }) {
        assert.equal(requestHeader.get("authorization"), null);
        seen.push(requestHeader.get("sessionid"));
        if (seen.length === 1) throw new ConnectError("session not found", Code.PermissionDenied);
        if (seen.length === 3) throw new ConnectError("permission denied", Code.PermissionDenied);
        return { found: true };
      },
    });
  });
  let logins = 0;
  const tokens = tokenSource(async () => ({ value: `s${++logins}` }));
  const scheme = {
    header: (token: string) => ["sessionid", token] as const,
    isRefusal: ({ rawMessage }: ConnectError) => rawMessage === "session not found",
  };
  const stub = createClient(ScoriaDB, withInterceptors(transport, [authInterceptor(tokens, scheme)]));
  assert.equal((await stub.get({})).found, true);
  await assert.rejects(stub.get({}), { code: Code.PermissionDenied });
  assert.deepEqual(seen, ["s1", "s2", "s2"]);
});
