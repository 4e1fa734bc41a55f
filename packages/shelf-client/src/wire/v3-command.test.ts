import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, encodeCommand, operation } from "./v3-command.js";

test("encodeCommand() writes the bytes that a real 3.1.0 server answered", () => {
  const hex = (command: Command) => Buffer.from(encodeCommand(command)).toString("hex");
  assert.equal(
    hex({ cmd: "begin", mode: "write" }),
    "0000001f80047d288c03636d648c05626567696e8c046d6f64658c057772697465752e",
  );
  assert.equal(hex({ cmd: "commit" }), "0000001380047d288c03636d648c06636f6d6d6974752e");
  assert.equal(
    hex({ cmd: "query", shelf: "note", ops: [operation("key", "a"), operation("items")], action: operation("query") }),
    "0000008c80047d288c03636d648c0571756572798c057368656c668c046e6f74658c036f70735d287d288c026f708c036b65798c04617267735d288c0161658c066b77617267737d757d288c026f708c056974656d738c04617267735d8c066b77617267737d75658c06616374696f6e7d288c026f708c0571756572798c04617267735d8c066b77617267737d75752e",
  );
});
