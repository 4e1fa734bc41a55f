import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Code, createRouterTransport } from "@connectrpc/connect";
import { ApiKeyError, connectEvents, PumiceError } from "@pumice/events-client";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

test("connectEvents() refuses options that cannot work, before anything is sent, and shows no key", () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => connectEvents("http://localhost:1", null as never), /options must be an object/],
    [() => connectEvents("http://localhost:1", { apiKey: "" }), /API key must be/],
    [() => connectEvents("http://localhost:1", { apiKey: "very secret" }), /API key must be/],
    [() => connectEvents("http://events.example.com", { apiKey: "verysecret" }), /plaintext/],
    [() => connectEvents("http://localhost:1", { tls: { ca: "pem" } }), /https/],
    [() => connectEvents({ url: "http://localhost:1" } as never), /the URL is the first argument/],
    [() => connectEvents("ftp://localhost"), /http or https/],
  ];
  for (const [connect, message] of wrong) {
    assert.throws(connect, (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, message);
      assert.doesNotMatch(inspect(error), /very ?secret/);
      return true;
    });
  }
});

test("connectEvents() sends a key over plaintext to another host only when told to, and over TLS always", async () => {
  await connectEvents("http://events.example.com", { apiKey: "k", allowPlaintext: true }).close();
  await connectEvents("https://events.example.com", { apiKey: "k" }).close();
  await connectEvents("http://events.example.com").close();
  await connectEvents().close();
});

test("an API key that does not change is sent as it is; a wrong one is asked about once", async () => {
  await using server = await startReferenceServer({ events: { apiKey: "right" } });
  await using events = connectEvents(server.events.url, { apiKey: "right" });
  assert.equal(await events.append([{ type: "T" }]), 1n);
  await using wrong = connectEvents(server.events.url, { apiKey: "wrong-key" });
  await assert.rejects(wrong.append([{ type: "T" }]), (error) => {
    assert.ok(error instanceof ApiKeyError);
    assert.equal(error.errorType, "authentication");
    assert.equal(error.attempts, 1);
    assert.doesNotMatch(inspect(error, { depth: 9 }), /wrong-key/);
    return true;
  });
});

test("an API key of a function is fetched once, and again when the server refuses it", async () => {
  const { transport } = createReferenceServices({ events: { apiKey: "new" } }).events;
  const keys = ["old", "new"];
  let fetched = 0;
  await using events = connectEvents({ transport, apiKey: async () => keys[fetched++] ?? "none" });
  await Promise.all([events.head(), events.head(), events.read().collect()]);
  assert.equal(fetched, 2);
  for await (const { position } of events.subscribe({ onCaughtUp: () => events.append([{ type: "T" }]) })) {
    assert.equal(position, 1n);
    break;
  }
  assert.equal(fetched, 2);
});

test("a server that speaks something else is said to", async () => {
  const transport = createRouterTransport(({ service }) => service(ScoriaDB, {}));
  await using events = connectEvents({ transport });
  await assert.rejects(events.ready(), (error) => {
    assert.ok(error instanceof PumiceError);
    assert.equal(error.code, Code.Unimplemented);
    assert.match(error.message, /this server does not speak umadb\.v1\.DCB/);
    return true;
  });
});
