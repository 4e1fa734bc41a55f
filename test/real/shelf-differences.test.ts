import assert from "node:assert/strict";
import { after, test } from "node:test";
import { inspect } from "node:util";
import { startReferenceServer } from "@pumice/reference-server";
import { decodeAnswer, encodePickle } from "@pumice/shelf-client/wire";
import { RawShelfSession } from "../support/raw-shelf-session.js";
import { randomCommands } from "../support/shelf-commands.js";
import { startShelfdb } from "../support/shelfdb.js";

const real = await startShelfdb();
const memory = await startReferenceServer();
after(() => Promise.all([real[Symbol.asyncDispose](), memory.close()]));

test("the in-memory v3 answers random commands byte for byte as ShelfDB 3.1.0 does", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { shelves, command, chance } = randomCommands(seed * 100);
    using writer = await Both.open();
    using reader = await Both.open();
    await writer.compare({ cmd: "begin", mode: "write" });
    for (const shelf of shelves) await writer.compare({ cmd: "put", shelf, key: "a", value: { n: 1 } });
    await writer.compare({ cmd: "commit" });
    for (let round = 0; round < 6; round++) {
      await writer.compare({ cmd: "begin", mode: "write" });
      await reader.compare({ cmd: "begin", mode: "read" });
      for (let step = 0; step < 20; step++) await (chance(0.3) ? reader : writer).compare(command());
      await writer.compare({ cmd: chance(0.7) ? "commit" : "rollback" });
      for (let step = 0; step < 4; step++) await reader.compare(command());
      await reader.compare({ cmd: "rollback" });
    }
  }
});

test("the in-memory v3 refuses what is no pickle in the words of ShelfDB 3.1.0, and ends the connection", async () => {
  for (const [name, body] of Object.entries(malformed)) {
    using both = await Both.open();
    await both.compare({ cmd: "begin", mode: "write" }); // lost with the connection
    await both.compareBody(body, name);
    await both.closed();
  }
});

test("the in-memory v3 has the limits of ShelfDB 3.1.0: nesting, integers, shelves, readers", async () => {
  using both = await Both.open();
  await both.compare({ cmd: "begin", mode: "write" });
  for (const depth of [950, 1023, 1026, 1100]) {
    await both.compareBody(nested(depth), `${depth} levels`);
    await both.compare({ cmd: "get", shelf: "limits", key: "deep" });
  }
  for (const integer of ["ffffffffffffffff", "000000000000000001", "000000000000008080", "0000000000000080ff"]) {
    await both.compareBody(
      putOf(fromHex(`8a ${(integer.length / 2).toString(16).padStart(2, "0")} ${integer}`)),
      integer,
    );
  }
  for (const value of ["7d4b014b0273", "8f284b0190", "4e4e86", "7d4e4e864e73", "7d294e73"]) {
    await both.compareBody(putOf(fromHex(value)), value);
    await both.compare({ cmd: "query", shelf: "limits", action: { op: "item" } });
  }
  for (let shelf = 0; shelf < 130; shelf++)
    await both.compare({ cmd: "put", shelf: `limit ${shelf}`, key: "k", value: 1 });
  await both.compare({ cmd: "rollback" });
  const readers = await Promise.all(Array.from({ length: 130 }, () => Both.open()));
  for (const reader of readers) await reader.compare({ cmd: "begin", mode: "read" });
  for (const reader of readers) reader[Symbol.dispose]();
});

function fromHex(text: string): Buffer {
  return Buffer.from(text.replaceAll(" ", ""), "hex");
}

/** A put of a value whose pickle the encoder would not write. */
function putOf(value: Uint8Array): Buffer {
  const before = encodePickle({ cmd: "put", shelf: "limits", key: "deep" }).subarray(0, -2);
  return Buffer.concat([before, fromHex("8c05 76616c7565"), value, fromHex("75 2e")]);
}

function nested(depth: number): Buffer {
  return putOf(Buffer.concat([Buffer.alloc(depth, 0x5d), Buffer.alloc(depth - 1, 0x61)]));
}

const named = (module: string, name: string): Buffer =>
  Buffer.concat([
    Buffer.from([0x8c, module.length]),
    Buffer.from(module),
    Buffer.from([0x8c, name.length]),
    Buffer.from(name),
  ]);

const malformed: Readonly<Record<string, Uint8Array>> = {
  empty: new Uint8Array(),
  "newer protocol": fromHex("80062e"),
  "no STOP": fromHex("80044e"),
  "nothing at STOP": fromHex("80042e"),
  "cut off": fromHex("8004 8c05 6161"),
  json: Buffer.from("{}"),
  "unknown opcode": fromHex("8004 ff"),
  NUL: fromHex("8004 00"),
  "APPENDS without MARK": fromHex("8004 65 2e"),
  "STOP at MARK": fromHex("8004 28 2e"),
  "TUPLE1 of nothing": fromHex("8004 85 2e"),
  "MEMOIZE of nothing": fromHex("8004 94 2e"),
  "no such memo": fromHex("8004 6807 2e"),
  "odd SETITEMS": fromHex("8004 7d 28 4b01 75 2e"),
  "a list as a key": fromHex("8004 7d 5d 4b01 73 2e"),
  "a list in a set": fromHex("8004 8f 28 5d 90 2e"),
  "a name of numbers": fromHex("8004 4b01 4b02 93 2e"),
  "arguments in a list": fromHex("8004 4e 5d 52 2e"),
  "a call of None": fromHex("8004 4e 29 52 2e"),
  "a module that is not": Buffer.concat([fromHex("8004"), named("nosuchmod", "x"), fromHex("93 2e")]),
};

/** A session on either server; both get the same. */
class Both implements Disposable {
  private constructor(
    private readonly real: RawShelfSession,
    private readonly memory: RawShelfSession,
  ) {}

  static async open(): Promise<Both> {
    return new Both(await RawShelfSession.open(real.url), await RawShelfSession.open(memory.shelf.v3.url));
  }

  async compare(command: unknown): Promise<void> {
    await this.compareBody(encodePickle(command), inspect(command, { depth: 12 }));
  }

  async compareBody(body: Uint8Array, name: string): Promise<void> {
    const [expected, actual] = await Promise.all([this.real.exchange(body), this.memory.exchange(body)]);
    if (expected && actual && Buffer.compare(expected, actual) === 0) return;
    assert.deepEqual(actual && decodeAnswer(actual), expected && decodeAnswer(expected), name);
    assert.deepEqual(actual, expected, name);
  }

  /** Resolves when either server has ended the connection. */
  async closed(): Promise<void> {
    await Promise.all([this.real.closed(), this.memory.closed()]);
  }

  [Symbol.dispose](): void {
    this.real[Symbol.dispose]();
    this.memory[Symbol.dispose]();
  }
}
