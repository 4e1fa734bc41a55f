import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { encode } from "@msgpack/msgpack";
import { type ConnectShelfOptions, connectShelf, OutcomeUnknownError, PumiceError } from "@pumice/shelf-client";
import { frame } from "@pumice/shelf-client/wire";
import { startDeafServer } from "../faults/deaf-server.js";
import { answering, reply, replying, startScriptedShelf } from "../support/scripted-shelf.js";

/** What a server may do to an answer, in both generations, and what reading and writing say then. */
const misdeeds: readonly {
  readonly name: string;
  readonly v2: Parameters<typeof answering>[0];
  readonly v3: (socket: Socket) => void;
  readonly code: Code;
}[] = [
  { name: "ends without an answer", v2: (_, s) => s.end(), v3: (s) => s.end(), code: Code.Unavailable },
  {
    name: "resets the connection",
    v2: (_, s) => s.resetAndDestroy(),
    v3: (s) => s.resetAndDestroy(),
    code: Code.Unavailable,
  },
  { name: "says nothing", v2: () => undefined, v3: () => undefined, code: Code.DeadlineExceeded },
  {
    name: "cuts the answer off",
    v2: (_, s) => s.end(encode([["a", { n: 1 }]]).subarray(0, 4)),
    v3: (s) => s.end(reply([1]).subarray(0, 7)),
    code: Code.Unavailable,
  },
  {
    name: "answers garbage",
    v2: (_, s) => s.end(Buffer.from("c1c1", "hex")),
    v3: (s) => s.write(frame(Buffer.from("c1", "hex"))),
    code: Code.Internal,
  },
  {
    name: "answers something of another shape",
    v2: (_, s) => s.end(encode({ a: 1 })),
    v3: (s) => s.write(frame(encode([1]))),
    code: Code.Internal,
  },
  {
    name: "answers more than the client reads",
    v2: (_, s) => s.end(encode("x".repeat(5000))),
    v3: (s) => s.write(Buffer.from("00001000", "hex")),
    code: Code.ResourceExhausted,
  },
];
const limits: ConnectShelfOptions = { readTimeoutMs: 100, maxAnswerBytes: 1000 };

for (const { name, v2, v3, code } of misdeeds) {
  test(`protocol 2: a server that ${name} makes a typed error, of unknown outcome for a write`, async () => {
    await using server = await startScriptedShelf(answering(v2));
    await using db = connectShelf(server.url, { protocol: 2, ...limits });
    // The answer ends with the connection: what is cut off, or empty, is an answer that cannot be read.
    const own = name.startsWith("ends") || name.startsWith("cuts") ? Code.Internal : code;
    await assert.rejects(db.shelf("s").count(), (error) => isPlain(error, own));
    await assert.rejects(db.shelf("s").exists(), (error) => isPlain(error, own));
    await assert.rejects(db.shelf("s").put("a", {}), (error) => isUnknown(error, own));
    await assert.rejects(db.shelf("s").all().delete(), (error) => isUnknown(error, own));
    assert.equal(server.connections(), 4);
  });

  test(`protocol 3: a server that ${name} makes a typed error, of unknown outcome for a put`, async () => {
    await using server = await startScriptedShelf(replying((n, socket) => (n === 0 ? v3(socket) : undefined)));
    await using db = connectShelf(server.url, { protocol: 3, ...limits });
    await assert.rejects(db.shelf("s").count(), (error) => isPlain(error, code));
    // A begin of a write may be answered as late as it likes, so there the whole call's time decides.
    await assert.rejects(db.shelf("s").put("a", 1, { timeoutMs: 300 }), (error) => isUnknown(error, code));
    await assert.rejects(db.shelf("s").all().delete({ timeoutMs: 300 }), (error) => isPlain(error, code));
  });
}

test("protocol 3: a commit without an answer has an unknown outcome; what was lost before it has not happened", async () => {
  for (const [answers, isOpen] of [
    [1, false],
    [2, true],
  ] as const) {
    await using server = await startScriptedShelf(
      replying((n, socket) => (n < answers ? socket.write(reply(n === 0 ? { mode: "write" } : [])) : socket.destroy())),
    );
    await using db = connectShelf(server.url, { protocol: 3 });
    const error = await db
      .shelf("s")
      .all()
      .delete()
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof PumiceError);
    assert.equal(error instanceof OutcomeUnknownError, isOpen, error.message);
  }
});

test("protocol 3: a transaction that lost its connection before the commit has not happened, whoever hides the error", async () => {
  await using server = await startScriptedShelf(
    replying((n, socket) => (n === 0 ? socket.write(reply({ mode: "write" })) : socket.destroy())),
  );
  await using db = connectShelf(server.url, { protocol: 3 });
  const run = db.transaction(async (tx) => {
    await assert.rejects(tx.shelf("s").count(), { code: Code.Unavailable });
  });
  await assert.rejects(run, (error) => isPlain(error, Code.Unavailable));
});

test("protocol 3: a write whose answer cannot be read is not committed, whoever hides the error", async () => {
  let commands = 0;
  await using server = await startScriptedShelf(
    replying((n, socket) => {
      commands++;
      socket.write(reply(n === 0 ? { mode: "write" } : { no: "list" }));
    }),
  );
  await using db = connectShelf(server.url, { protocol: 3 });
  const run = db.transaction(async (tx) => {
    await assert.rejects(tx.shelf("s").all().delete(), { code: Code.Internal });
  });
  await assert.rejects(run, /Cannot commit: delete failed and may have written a part, all was rolled back/);
  assert.equal(commands, 3); // the third is the rollback: nothing is asked again
});

test("protocol 3: a kept connection that the server has closed is replaced", async () => {
  let connections = 0;
  await using server = await startScriptedShelf((socket) => {
    const which = ++connections;
    replying((n, each) => {
      each.write(reply(n % 3 === 1 ? which : {}));
      if (n === 2 && which === 1) each.end();
    })(socket);
  });
  await using db = connectShelf(server.url, { protocol: 3 });
  assert.equal(await db.shelf("s").count(), 1);
  assert.equal(await db.shelf("s").count(), 2);
  assert.equal(await db.shelf("s").count(), 2);
});

test("a server that refuses, or never accepts, is unavailable, and a write there has a known outcome", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as { port: number };
  closed.close();
  await using deaf = await startDeafServer();
  const urls = [`tcp://127.0.0.1:${port}`, "unix:///nowhere/at/all.sock", deaf.url.replace("http", "tcp")];
  for (const url of urls) {
    for (const protocol of [2, 3, "auto"] as const) {
      await using db = connectShelf(url, { protocol, connectTimeoutMs: 100 });
      const error = await db
        .shelf("s")
        .put("a", {})
        .catch((reason: unknown) => reason);
      assert.ok(isPlain(error, Code.Unavailable));
      assert.ok(error instanceof PumiceError && error.attempts === 0);
      assert.match(error.rawMessage, /^Cannot (put|connect): Cannot connect to /);
    }
  }
});

test("a signal and the time of a call end it at once, and its connection", async () => {
  for (const protocol of [2, 3] as const) {
    await using server = await startScriptedShelf((socket) => {
      socket.resume();
      if (protocol === 3) socket.once("end", () => socket.end());
      // The client has ended its side already: that it is gone shows only to one who writes.
      const timer = setInterval(() => protocol === 2 && socket.write("\0"), 5);
      socket.once("close", () => clearInterval(timer));
    });
    await using db = connectShelf(server.url, { protocol });
    const controller = new AbortController();
    const call = db.shelf("s").count({ signal: controller.signal });
    controller.abort(new Error("enough"));
    await assert.rejects(call, { code: Code.Canceled, rawMessage: "Cannot count: enough" });
    await assert.rejects(db.shelf("s").count({ signal: controller.signal }), { code: Code.Canceled });
    await assert.rejects(db.shelf("s").count({ timeoutMs: 30 }), {
      code: Code.DeadlineExceeded,
      rawMessage: "Cannot count: not done after 30 ms",
    });
    await assert.rejects(db.shelf("s").count({ signal: AbortSignal.timeout(30) }), { code: Code.DeadlineExceeded });
    const open = db.shelf("s").count();
    await db.close();
    await assert.rejects(open, { kind: "client-closed" });
    while (server.closed() < server.connections()) await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

test("protocol 2: a write that is given up after it was sent has an unknown outcome, before that it has none", async () => {
  const controller = new AbortController();
  await using server = await startScriptedShelf(answering(() => controller.abort(new Error("enough"))));
  await using db = connectShelf(server.url, { protocol: 2 });
  const { signal } = controller;
  await assert.rejects(db.shelf("s").put("a", {}, { signal }), (error) => isUnknown(error, Code.Canceled));
  await assert.rejects(db.shelf("s").put("a", {}, { signal }), (error) => isPlain(error, Code.Canceled));
  await assert.rejects(db.shelf("s").put("a", {}, { timeoutMs: 50 }), (error) =>
    isUnknown(error, Code.DeadlineExceeded),
  );
  assert.equal(server.connections(), 2);
});

test("close() says of a write that was sent that its outcome is unknown", async () => {
  for (const protocol of [2, 3] as const) {
    const serve = { 2: answering(() => void db.close()), 3: replying(() => void db.close()) };
    await using server = await startScriptedShelf((socket) => serve[protocol](socket));
    await using db = connectShelf(server.url, { protocol });
    await assert.rejects(db.shelf("s").put("a", {}), (error) => isUnknown(error, Code.FailedPrecondition));
    await assert.rejects(db.shelf("s").put("a", {}), { kind: "client-closed" });
  }
});

test("protocol 2 opens no more connections at a time than it may; those that wait can be given up", async () => {
  await using server = await startScriptedShelf(answering((_, socket) => setImmediate(() => socket.end(encode(7)))));
  await using db = connectShelf(server.url, { protocol: 2, maxConnections: 4 });
  const gone = AbortSignal.abort(new Error("never mind"));
  const calls = Array.from({ length: 40 }, (_, n) => db.shelf("s").count(n % 10 === 9 ? { signal: gone } : {}));
  const settled = await Promise.allSettled(calls);
  assert.equal(settled.filter((each) => each.status === "fulfilled" && each.value === 7).length, 36);
  assert.equal(server.mostOpen() <= 4, true);
});

test("protocol 2 opens 32 connections at a time unless it is told otherwise", { timeout: 60_000 }, async () => {
  const held: Socket[] = [];
  await using server = await startScriptedShelf(
    answering((request, socket) => {
      if (request.includes("held")) held.push(socket);
      else socket.end(encode(held.length));
    }),
  );
  await using db = connectShelf(server.url, { protocol: 2 });
  await using other = connectShelf(server.url, { protocol: 2 });
  const calls = Array.from({ length: 40 }, () => db.shelf("held").count());
  while ((await other.shelf("asked").count()) < 32); // each time it connects behind all that were there
  const before = server.connections();
  assert.equal(await other.shelf("asked").count(), 32);
  assert.equal(server.connections(), before + 1);
  for (const each of held.splice(0)) each.end(encode(1));
  while ((await other.shelf("asked").count()) < 8);
  for (const each of held) each.end(encode(1));
  assert.equal((await Promise.all(calls)).length, 40);
});

test("auto asks once for any number of calls, and again after a failure", async () => {
  let probes = 0;
  await using server = await startScriptedShelf(
    answering((request, socket) => {
      const isProbe = request.readUInt32BE(0) === request.length - 4;
      if (isProbe && ++probes === 1) socket.destroy();
      else if (isProbe) socket.end(encode({ __error__: { type: "UnpicklingError", message: "invalid load key" } }));
      else socket.end(encode(5));
    }),
  );
  await using db = connectShelf(server.url);
  await assert.rejects(db.shelf("s").count(), { code: Code.Unavailable });
  const counts = await Promise.all(Array.from({ length: 5 }, () => db.shelf("s").count()));
  assert.deepEqual(counts, [5, 5, 5, 5, 5]);
  assert.deepEqual(await db.ready(), { protocol: 2 });
  assert.equal(probes, 2);
});

test("auto says so when the server is none", async () => {
  await using server = await startScriptedShelf(
    answering((_, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
  );
  await using db = connectShelf(server.url);
  await assert.rejects(db.ready(), { code: Code.Internal, rawMessage: /does not speak ShelfDB's protocol/ });
});

function isPlain(error: unknown, code: Code): true {
  assert.ok(error instanceof PumiceError, String(error));
  assert.ok(!(error instanceof OutcomeUnknownError), error.message);
  assert.equal(error.code, code, error.message);
  return true;
}

function isUnknown(error: unknown, code: Code): true {
  assert.ok(error instanceof OutcomeUnknownError, String(error));
  assert.equal(error.code, code, error.message);
  return true;
}
