import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, createClient, createRouterTransport } from "@connectrpc/connect";
import { createReferenceServices } from "@pumice/reference-server";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { DCB } from "@pumice/stubs/umadb";

test("limits and the meaning of authorization belong to a service, not to the router it shares", async () => {
  const { register } = createReferenceServices();
  const transport = createRouterTransport((router) => {
    register(router);
    router.service(DCB, { append: ({ events }) => ({ position: BigInt(events[0]?.data.length ?? 0) }) });
  });
  const data = new Uint8Array(5 * 1024 * 1024);
  const { position } = await createClient(DCB, transport).append({ events: [{ data }] });
  assert.equal(position, BigInt(data.length));

  const kv = createClient(ScoriaDB, transport);
  await assert.rejects(kv.put({ value: new Uint8Array(1) }), { code: Code.Unauthenticated });
  await assert.rejects(kv.put({ value: data }), { code: Code.ResourceExhausted });
});

test("createReferenceServices() makes services that share nothing with the next ones", async () => {
  const [one, other] = [createReferenceServices(), createReferenceServices()];
  const login = { username: "admin", password: "admin" };
  const { jwtToken } = await createClient(ScoriaDB, one.kv.transport).authenticate(login);
  const headers = { authorization: `Bearer ${jwtToken}` };
  await createClient(ScoriaDB, one.kv.transport).put({ key: new Uint8Array([1]) }, { headers });
  await assert.rejects(createClient(ScoriaDB, other.kv.transport).get({}, { headers }), { code: Code.Unauthenticated });
});
