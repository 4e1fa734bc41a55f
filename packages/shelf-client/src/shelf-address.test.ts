import assert from "node:assert/strict";
import { test } from "node:test";
import { shelfAddress } from "./shelf-address.js";

const parse = (target: string | URL, allowRemote = false) => shelfAddress(target, { protocol: "auto", allowRemote });

test("shelfAddress() takes TCP and unix URLs, and completes bare hosts", () => {
  assert.deepEqual(parse("tcp://127.0.0.1:17000"), { host: "127.0.0.1", port: 17000, text: "tcp://127.0.0.1:17000" });
  assert.deepEqual(parse(new URL("tcp://localhost")), {
    host: "localhost",
    port: 31337,
    text: "tcp://localhost:31337",
  });
  assert.deepEqual(parse("localhost:5"), { host: "localhost", port: 5, text: "tcp://localhost:5" });
  assert.deepEqual(parse("tcp://[::1]:5/"), { host: "::1", port: 5, text: "tcp://[::1]:5" });
  assert.deepEqual(parse("unix:///run/a%20b.sock"), { path: "/run/a b.sock", text: "unix:///run/a%20b.sock" });
  assert.deepEqual(parse("unix:///run/%23%3f.sock"), { path: "/run/#?.sock", text: "unix:///run/%23%3f.sock" });
});

test("shelfAddress() means each generation's own port where none is given", () => {
  for (const [protocol, port] of [
    [2, 17000],
    [3, 31337],
    ["auto", 31337],
  ] as const) {
    const address = shelfAddress("tcp://127.0.0.1", { protocol, allowRemote: false });
    assert.deepEqual(address, { host: "127.0.0.1", port, text: `tcp://127.0.0.1:${port}` });
  }
});

test("shelfAddress() refuses other machines unless they are allowed", () => {
  for (const url of ["tcp://10.0.0.1:5", "shelf.example", "127.0.0.1.example:5", "0.0.0.0"]) {
    assert.throws(() => parse(url), /whoever reaches a ShelfDB can run code on it.*allowRemote: true/, url);
    assert.ok("host" in parse(url, true));
  }
});

test("shelfAddress() refuses what is neither", () => {
  for (const url of [
    "",
    "http://localhost:5",
    "tcp://",
    "unix://relative/path",
    "unix:/",
    "tcp://localhost:99999",
    "unix:///100%",
    "unix:///%00",
  ]) {
    assert.throws(() => parse(url, true), TypeError, url);
  }
  for (const url of ["tcp://localhost:5/x", "tcp://localhost?x=1", "tcp://user@localhost"]) {
    assert.throws(() => parse(url), /more than tcp:\/\/host:port/, url);
  }
});
