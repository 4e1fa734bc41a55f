import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCommandLine } from "./command-line.js";

const kvDefaults = { tokenLifetimeMs: undefined, transactionTimeoutMs: undefined, faults: undefined };

test("parseCommandLine() serves on 127.0.0.1:50051 unless told otherwise", () => {
  assert.deepEqual(parseCommandLine([]), {
    kind: "serve",
    host: "127.0.0.1",
    port: 50051,
    json: false,
    kv: kvDefaults,
  });
  assert.deepEqual(parseCommandLine(["--port", "0", "--host=::1", "--json"]), {
    kind: "serve",
    host: "::1",
    port: 0,
    json: true,
    kv: kvDefaults,
  });
});

test("parseCommandLine() reads life times and faults", () => {
  const faults = { seed: 7, rates: { dropAnswer: 0.1 } };
  const args = ["--token-lifetime-ms", "500", "--transaction-timeout-ms=10", "--faults", JSON.stringify(faults)];
  const command = parseCommandLine(args);
  assert.deepEqual(command.kind === "serve" && command.kv, { tokenLifetimeMs: 500, transactionTimeoutMs: 10, faults });
});

test("parseCommandLine() explains a wrong option", () => {
  const mistakes: [string[], RegExp][] = [
    [["--port", "70000"], /--port must be a whole number from 0 to 65535, got '70000'/],
    [["--port", "x"], /got 'x'/],
    [["--port=-1"], /got '-1'/],
    [["--port"], /--port/],
    [["--host="], /--host must be/],
    [["--prot", "1"], /--prot/],
    [["--token-lifetime-ms", "0"], /--token-lifetime-ms must be a whole number above 0, got '0'/],
    [["--transaction-timeout-ms", "1s"], /--transaction-timeout-ms must be/],
    [["--faults", "{"], /--faults must be an object in JSON, got '\{'/],
    [["--faults", "1"], /--faults must be/],
    [["serve"], /serve/],
    [["--json=yes"], /--json/],
  ];
  for (const [args, message] of mistakes) {
    const command = parseCommandLine(args);
    assert.equal(command.kind, "mistake", args.join(" "));
    assert.match(command.kind === "mistake" ? command.message : "", message);
  }
});

test("parseCommandLine() puts help above everything but a mistake", () => {
  assert.equal(parseCommandLine(["--help", "--port", "1"]).kind, "help");
  assert.equal(parseCommandLine(["-h"]).kind, "help");
});
