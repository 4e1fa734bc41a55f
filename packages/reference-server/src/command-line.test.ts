import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCommandLine } from "./command-line.js";

test("parseCommandLine() serves on 127.0.0.1:50051 unless told otherwise", () => {
  assert.deepEqual(parseCommandLine([]), { kind: "serve", host: "127.0.0.1", port: 50051, json: false });
  assert.deepEqual(parseCommandLine(["--port", "0", "--host=::1", "--json"]), {
    kind: "serve",
    host: "::1",
    port: 0,
    json: true,
  });
});

test("parseCommandLine() explains a wrong option", () => {
  const mistakes: [string[], RegExp][] = [
    [["--port", "70000"], /--port must be a whole number from 0 to 65535, got '70000'/],
    [["--port", "x"], /got 'x'/],
    [["--port=-1"], /got '-1'/],
    [["--port"], /--port/],
    [["--host="], /--host must be/],
    [["--prot", "1"], /--prot/],
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
