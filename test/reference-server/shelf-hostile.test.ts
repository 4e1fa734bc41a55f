import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { decodeAnswer, encodePickle, frame, queryRequest, readError, step } from "@pumice/shelf-client/wire";
import { mutateBytes } from "../faults/mutate-bytes.js";
import { SeededRandom } from "../faults/seeded-random.js";
import { rawShelfRequest } from "../support/raw-shelf-request.js";
import { RawShelfSession } from "../support/raw-shelf-session.js";
import { recordedExchanges } from "../support/recorded-shelf.js";

const limit = { timeout: 30_000 };
const maxRequestBytes = 4_000_000;
const server = await startReferenceServer({ shelf: { v2: { maxRequestBytes }, v3: { maxRequestBytes } } });
const { v2, v3 } = server.shelf;
after(() => server.close({ drainMs: 0 }));

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
/** A value's opcodes, without the pickle's first two bytes and its last. */
const opcodes = (value: unknown): Uint8Array => encodePickle(value).subarray(2, -1);
const tuple = (...items: readonly Uint8Array[]): Buffer => Buffer.concat([hex("28"), ...items, hex("74")]);
const call = (module: string, name: string, ...args: readonly Uint8Array[]): Buffer =>
  Buffer.concat([opcodes(module), opcodes(name), hex("93"), tuple(...args), hex("52")]);

/** A pickle with other opcodes in the place of the string "HERE". */
function withValue(value: unknown, here: Uint8Array): Buffer {
  const pickle = Buffer.from(encodePickle(value));
  const mark = Buffer.from(opcodes("HERE"));
  const at = pickle.indexOf(mark);
  return Buffer.concat([pickle.subarray(0, at), here, pickle.subarray(at + mark.length)]);
}

/** A list that holds twice a list that holds twice..., so many times: a few bytes for what would fill any memory. */
function doublingList(times: number): Buffer {
  const levels = Array.from({ length: times }, (_, level) =>
    level === 0 ? hex("5d 7100") : Buffer.from([0x5d, 0x28, 0x68, level - 1, 0x68, level - 1, 0x65, 0x71, level]),
  );
  return Buffer.concat([hex("28"), ...levels, hex("74 30"), Buffer.from([0x68, times - 1])]);
}

const source = "(\nlambda form: filter(form[1]),\n)[-1]";
const formOf = (predicate: Uint8Array): Buffer =>
  Buffer.concat([
    call("builtins", "eval", opcodes(source), hex("7d")),
    tuple(Buffer.concat([hex("5d 28"), opcodes("filter"), predicate, hex("65")])),
    hex("52"),
  ]);

const values: Readonly<Record<string, Buffer>> = {
  "a list that doubles sixty times": doublingList(60),
  "a list inside itself": hex("5d 7100 6800 61"),
  "a million lists inside each other": Buffer.concat([Buffer.alloc(1_000_000, 0x5d), Buffer.alloc(999_999, 0x61)]),
  "more values than a request may hold": tuple(Buffer.alloc(2_100_000, 0x4e)),
  "a set that grows one by one": Buffer.concat([hex("8f"), ...new Array<Buffer>(200_000).fill(hex("28 4b01 90"))]),
  "an integer of a million bytes": Buffer.concat([hex("8b 40420f00"), Buffer.alloc(1_000_000, 0x7f)]),
  "a string that is longer than the request": hex("58 ffffffff 61"),
  "a memo that nobody made": hex("6863"),
  "a call of a system function": call("os", "system", opcodes("true")),
  "an import by eval": call("builtins", "eval", opcodes("__import__('os')"), hex("7d")),
  "eval of a list that doubles": call("builtins", "eval", doublingList(60), hex("7d")),
  "a type named by a list that doubles": call("dill._dill", "_load_type", doublingList(60)),
  "a class with fields that double": call(
    "dill._dill",
    "_create_namedtuple",
    opcodes("Item"),
    tuple(doublingList(60)),
    opcodes("shelfdb.shelf.schema"),
  ),
  "a form that doubles": formOf(Buffer.concat([hex("5d 28"), opcodes("all"), doublingList(60), hex("65")])),
  "a form inside itself": formOf(Buffer.concat([hex("5d 7100 28"), opcodes("not"), hex("6800 65")])),
  "a call of what cannot be called": Buffer.concat([opcodes(1), hex("29 52")]),
};

for (const [name, value] of Object.entries(values)) {
  test(`the in-memory shelf answers ${name} with an error, or not at all, and goes on`, limit, async () => {
    const request = queryRequest("hostile", [step("put", "k", { x: "HERE" })]);
    const answer = await rawShelfRequest(v2.url, withValue(request, value));
    if (answer.length > 0) assert.ok(readError(decodeAnswer(answer)));
    using session = await RawShelfSession.open(v3.url);
    await session.send({ cmd: "begin", mode: "write" });
    const reply = await session.exchange(withValue({ cmd: "put", shelf: "hostile", key: "k", value: "HERE" }, value));
    assert.equal(isOk(reply), false);
    await assertAlive();
  });
}

test("the in-memory shelf takes __proto__ for a key like any other", limit, async () => {
  const proto = "__proto__";
  const pickled = Buffer.concat([hex("7d"), opcodes(proto), hex("7d"), opcodes("polluted"), hex("4b01 73 73")]);
  for (const [shelf, key] of [
    ["s", proto],
    [proto, "constructor"],
  ] as const) {
    const put = withValue(queryRequest(shelf, [step("put", key, "HERE")]), pickled);
    assert.ok((await rawShelfRequest(v2.url, put)).includes(proto));
    assert.ok((await rawShelfRequest(v2.url, encodePickle(queryRequest(shelf, [step("key", key)])))).includes(proto));
  }
  for (const op of [proto, "constructor", "toString"]) {
    const answer = decodeAnswer(await rawShelfRequest(v2.url, encodePickle(queryRequest("s", [step(op)]))));
    assert.equal(readError(answer)?.message, `Unsupported query op: ${op}`);
  }
  assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
});

test("the in-memory shelf refuses a request that is too long, and reads a v2 one to its end", limit, async () => {
  const answer = decodeAnswer(await rawShelfRequest(v2.url, Buffer.alloc(maxRequestBytes * 2)));
  assert.equal(readError(answer)?.type, "MemoryError");
  using session = await RawShelfSession.open(v3.url);
  const announced = Buffer.alloc(4);
  announced.writeUInt32BE(maxRequestBytes + 1);
  session.write(Buffer.concat([announced, Buffer.alloc(100_000)]));
  assert.equal(isOk(await session.answer()), false);
  await session.closed();
  await assertAlive();
});

test("the in-memory shelf closes a session whose client ends in the middle of a frame", limit, async () => {
  for (const bytes of [hex("00"), hex("00000005 80")]) {
    using session = await RawShelfSession.open(v3.url);
    session.write(bytes);
    session.end();
    assert.equal(await session.answer(), undefined);
  }
});

test("the in-memory shelf frees the writer's place of a client that goes without a word", limit, async () => {
  for (const leave of ["end", "destroy"] as const) {
    using gone = await RawShelfSession.open(v3.url);
    await gone.send({ cmd: "begin", mode: "write" });
    await gone.send({ cmd: "put", shelf: "gone", key: leave, value: 1 });
    using waiting = await RawShelfSession.open(v3.url);
    const begun = waiting.send({ cmd: "begin", mode: "write" });
    if (leave === "end") gone.end();
    else gone[Symbol.dispose]();
    assert.deepEqual(await begun, { ok: true, result: { mode: "write" } });
    const get = await waiting.send({ cmd: "get", shelf: "gone", key: leave });
    assert.deepEqual(get, { ok: false, error: "expected exactly one selected item, found none" });
  }
});

test("the in-memory shelf holds back a client that asks and does not read, and serves the others", limit, async () => {
  using greedy = await RawShelfSession.open(v3.url);
  await greedy.send({ cmd: "begin", mode: "write" });
  await greedy.send({ cmd: "put", shelf: "big", key: "k", value: "x".repeat(1_000_000) });
  greedy.pause();
  const get = frame(encodePickle({ cmd: "get", shelf: "big", key: "k" }));
  greedy.write(Buffer.concat(new Array<Uint8Array>(100).fill(get)));
  await assertAlive();
  greedy.resume();
  for (let i = 0; i < 100; i++) assert.equal(isOk(await greedy.answer()), true);
});

test("the in-memory shelf survives requests with bits, bytes and pieces changed", limit, async () => {
  const random = new SeededRandom(8);
  const requests = (await recordedExchanges()).map(({ request }) => request);
  for (let run = 0; run < 600; run++) {
    const bytes = mutateBytes(random.pick(requests), requests, random);
    const answer = await rawShelfRequest(v2.url, bytes);
    if (answer.length > 0) decodeOrRefuse(answer);
    if (run % 6 === 0) await sendAsFrame(bytes);
  }
  await assertAlive();
});

/** Whatever comes back is a whole reply, or nothing. */
async function sendAsFrame(bytes: Uint8Array): Promise<void> {
  using session = await RawShelfSession.open(v3.url);
  const reply = await session.exchange(bytes);
  assert.equal(typeof isOk(reply), "boolean");
}

/** A record with changed bytes may hold what this side does not read, like `__proto__`; it is msgpack all the same. */
function decodeOrRefuse(answer: Uint8Array): void {
  try {
    decodeAnswer(answer);
  } catch (error) {
    assert.match(String(error), /Cannot read the answer: .*key/i);
  }
}

function isOk(reply: Uint8Array | undefined): unknown {
  assert.ok(reply);
  return (decodeAnswer(reply) as { readonly ok?: unknown }).ok; // that it is one is what the tests ask
}

async function assertAlive(): Promise<void> {
  const count = encodePickle(queryRequest("alive", [step("count")]));
  assert.equal(decodeAnswer(await rawShelfRequest(v2.url, count)), 0);
  using session = await RawShelfSession.open(v3.url);
  assert.deepEqual(await session.send({ cmd: "begin", mode: "read" }), { ok: true, result: { mode: "read" } });
}
