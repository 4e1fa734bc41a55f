import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, createClient, createRouterTransport, type Interceptor } from "@connectrpc/connect";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { deadlineInterceptor } from "./deadline-interceptor.js";
import { withInterceptors } from "./with-interceptors.js";

const timeouts: (number | undefined)[] = [];
const transport = createRouterTransport(({ service }) => {
  service(ScoriaDB, {
    get(_, { timeoutMs }) {
      timeouts.push(timeoutMs());
      return { found: true };
    },
    async *scan(_, { signal }) {
      yield {};
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  });
});
const deaf: Interceptor = () => () => new Promise<never>(() => undefined);

test("deadlineInterceptor() ends a call whatever waits inside", async () => {
  const keepAlive = setTimeout(() => undefined, 60_000);
  const stub = createClient(ScoriaDB, withInterceptors(transport, [deadlineInterceptor(), deaf]));
  await assert.rejects(stub.get({}, { timeoutMs: 20 }), { code: Code.DeadlineExceeded });
  const limited = createClient(ScoriaDB, withInterceptors(transport, [deadlineInterceptor({ timeoutMs: 20 }), deaf]));
  await assert.rejects(limited.get({}), { code: Code.DeadlineExceeded });
  clearTimeout(keepAlive);
});

test("deadlineInterceptor() limits a call that has more time or none, and tells the server", async () => {
  const stub = createClient(ScoriaDB, withInterceptors(transport, [deadlineInterceptor({ timeoutMs: 5000 })]));
  timeouts.length = 0;
  await stub.get({});
  await stub.get({}, { timeoutMs: 60_000 });
  await stub.get({}, { timeoutMs: 1000 });
  const [none = 0, more = 0, less = 0] = timeouts;
  assert.ok(none > 1000 && none <= 5000 && more > 1000 && more <= 5000 && less <= 1000, timeouts.join());
});

test("deadlineInterceptor() holds a stream to its end", async () => {
  const stub = createClient(ScoriaDB, withInterceptors(transport, [deadlineInterceptor({ timeoutMs: 50 })]));
  const reading = async () => {
    for await (const _ of stub.scan({}));
  };
  await assert.rejects(reading, { code: Code.DeadlineExceeded });
});

test("deadlineInterceptor() refuses a time that is none", () => {
  assert.throws(() => deadlineInterceptor({ timeoutMs: 0 }), RangeError);
});
