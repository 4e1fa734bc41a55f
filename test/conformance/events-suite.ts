import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  AppendConditionError,
  anyOf,
  ConflictError,
  type EventQuery,
  everyEvent,
  type NewEvent,
  ofType,
  PumiceError,
  type StoredEvent,
  TrackingConflictError,
  tagged,
} from "@pumice/events-client";
import { connectTo, type EventsTarget, freshTag } from "./events-target.js";

/** What every server that speaks UmaDB's protocol must do, and what the client makes of it. */
export function eventsSuite(target: EventsTarget): void {
  const suite = (fact: string, run: () => Promise<void>) => {
    const difference = target.knownDifferences?.[fact];
    const name = `events on ${target.name}: ${fact}`;
    if (difference) test(`${name} (known difference: ${difference})`, () => assert.rejects(run));
    else test(name, run);
  };

  suite("an event comes back as it went, with a position", async () => {
    await using events = connectTo(target);
    const tag = freshTag();
    const data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const metadata = [
      ["b", "ä"],
      ["a", ""],
    ] as const;
    const uuid = crypto.randomUUID().toUpperCase();
    const tracking = { source: tag, position: 0n };
    const position = await events.append([{ type: "Tested", tags: [tag, "", tag], data, metadata, uuid }], {
      tracking,
    });
    const { events: found, head } = await events.read({ query: tagged(tag) }).collect();
    const expected = { position, type: "Tested", tags: [tag, "", tag], metadata, uuid: uuid.toLowerCase(), tracking };
    assert.deepEqual(
      found.map(({ data: _, ...rest }) => rest),
      [expected],
    );
    assert.deepEqual(Buffer.from(found[0]?.data ?? []), Buffer.from(data));
    assert.ok(head !== undefined && head >= position);
  });

  suite("an append is all or nothing, at consecutive positions, and its events get uuids of their own", async () => {
    await using events = connectTo(target);
    const tag = freshTag();
    const event: NewEvent = { type: "Same", tags: [tag] };
    const last = await events.append([event, event, event]);
    const found = await collect(events.read({ query: tagged(tag) }));
    assert.deepEqual(
      found.map(({ position }) => position),
      [last - 2n, last - 1n, last],
    );
    assert.equal(new Set(found.map(({ uuid }) => uuid)).size, 3);
    assert.deepEqual(event, { type: "Same", tags: [tag] });
  });

  suite("queries select by any item, any type and all tags, each event once", async () => {
    await using events = connectTo(target);
    const [a, b] = [freshTag(), freshTag()];
    await events.append([
      { type: "One", tags: [a] },
      { type: "Two", tags: [a, b] },
      { type: "Three", tags: [b] },
    ]);
    const select = async (query: EventQuery) => (await collect(events.read({ query }))).map(({ type }) => type);
    assert.deepEqual(await select(tagged(a)), ["One", "Two"]);
    assert.deepEqual(await select(tagged(a, b)), ["Two"]);
    assert.deepEqual(await select(ofType(["Two", "Three"], b)), ["Two", "Three"]);
    assert.deepEqual(await select(anyOf(tagged(a), ofType("Three", b), tagged(b))), ["One", "Two", "Three"]);
    assert.deepEqual(await select(tagged(freshTag())), []);
  });

  suite("reads go both ways, from a position, up to a limit, in batches", async () => {
    await using events = connectTo(target);
    const tag = freshTag();
    const last = await events.append(Array.from({ length: 5 }, () => ({ type: "T", tags: [tag] })));
    const query = tagged(tag);
    const offsets = (found: readonly StoredEvent[]) => found.map(({ position }) => Number(position - last));
    assert.deepEqual(offsets(await collect(events.read({ query, start: last - 1n }))), [-1, 0]);
    assert.deepEqual(offsets(await collect(events.read({ query, backwards: true, limit: 2 }))), [0, -1]);
    assert.deepEqual(offsets(await collect(events.read({ query, start: last - 3n, backwards: true }))), [-3, -4]);
    const batches = await collect(events.read({ query, batchSize: 2 }).batches());
    assert.deepEqual(
      batches.map((batch) => batch.events.length),
      [2, 2, 1],
    );
    assert.deepEqual(await events.read({ query, limit: 0 }).collect(), { events: [], head: undefined });
  });

  suite("the head of a read is the store's, with a limit that of the last event", async () => {
    await using events = connectTo(target);
    const tag = freshTag();
    await events.append([
      { type: "T", tags: [tag] },
      { type: "T", tags: [tag] },
    ]);
    const end = await events.append([{ type: "Other", tags: [freshTag()] }]);
    assert.equal(await events.head(), end);
    assert.equal((await events.read({ query: tagged(tag) }).collect()).head, end);
    assert.equal((await events.read({ query: tagged(freshTag()) }).collect()).head, end);
    assert.equal((await events.read({ query: tagged(tag), limit: 1 }).collect()).head, end - 2n);
  });

  suite("events of 1 MB come back in messages that are split by size, and the head is kept", async () => {
    await using events = connectTo(target);
    const tag = freshTag();
    const data = new Uint8Array(1_000_000).fill(7);
    for (let count = 0; count < 5; count++) await events.append([{ type: "Large", tags: [tag], data }]);
    const { events: found, head } = await events.read({ query: tagged(tag) }).collect();
    assert.deepEqual(
      found.map((event) => event.data.length),
      Array(5).fill(1_000_000),
    );
    assert.ok(head !== undefined && head >= (found.at(-1)?.position ?? 0n));
  });

  suite("a condition fails on events past `after` only, as an AppendConditionError that is a ConflictError", async () => {
    await using events = connectTo(target);
    const failIfMatch = tagged(freshTag());
    const event = { type: "T", tags: failIfMatch.items[0]?.tags ?? [] };
    const first = await events.append([event], { failIfMatch });
    await assert.rejects(events.append([event], { failIfMatch }), (error) => {
      assert.ok(error instanceof AppendConditionError && error instanceof ConflictError);
      assert.ok(!(error instanceof TrackingConflictError));
      assert.equal(error.errorType, "integrity");
      assert.equal(error.code, Code.FailedPrecondition);
      assert.equal(error.rpc, "umadb.v1.DCB/Append");
      return true;
    });
    assert.ok((await events.append([event], { failIfMatch, after: first })) > first);
    await assert.rejects(events.append([event], { failIfMatch: everyEvent, after: first }), AppendConditionError);
  });

  suite("a conflict shows nothing of the event in the way, however it is looked at", async () => {
    await using events = connectTo(target);
    const failIfMatch = tagged(freshTag());
    const tags = failIfMatch.items[0]?.tags ?? [];
    await events.append([{ type: "TopSecretType", tags, data: new Uint8Array([201, 202, 203, 204]) }]);
    const seen: unknown[] = [];
    const observer = { onCall: (event: unknown) => seen.push(event), onAttempt: (event: unknown) => seen.push(event) };
    await using observed = connectTo(target, { observer });
    await assert.rejects(observed.append([{ type: "T", tags }], { failIfMatch }), (error) => {
      const shown = [
        inspect(error, { depth: 20, showHidden: true }),
        JSON.stringify(error),
        inspect(seen, { depth: 20 }),
      ];
      for (const text of shown) assert.doesNotMatch(text, /TopSecretType|201, 202/);
      return error instanceof AppendConditionError;
    });
    assert.equal(seen.length, 2);
  });

  suite("tracking has to grow, and is told; otherwise it is a TrackingConflictError", async () => {
    await using events = connectTo(target);
    const source = freshTag();
    const append = (position: bigint) => events.append([{ type: "T" }], { tracking: { source, position } });
    assert.equal(await events.trackedPosition(source), undefined);
    await append(0n);
    assert.equal(await events.trackedPosition(source), 0n);
    await append(7n);
    await assert.rejects(append(7n), (error) => {
      assert.ok(error instanceof TrackingConflictError && error instanceof ConflictError);
      assert.ok(!(error instanceof AppendConditionError));
      return true;
    });
    assert.equal(await events.trackedPosition(source), 7n);
  });

  suite("the same append is known by its uuids where its condition matches it", async () => {
    await using events = connectTo(target);
    const failIfMatch = tagged(freshTag());
    const event = { type: "T", tags: failIfMatch.items[0]?.tags ?? [], uuid: crypto.randomUUID() };
    const first = await events.append([event], { failIfMatch });
    assert.equal(await events.append([event], { failIfMatch }), first);
    assert.equal((await collect(events.read({ query: failIfMatch }))).length, 1);
  });

  suite("50 appends under one condition at a time: one is stored, the others are conflicts", async () => {
    await using events = connectTo(target);
    const failIfMatch = tagged(freshTag());
    const event = { type: "T", tags: failIfMatch.items[0]?.tags ?? [] };
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => events.append([event], { failIfMatch })));
    const refused = results.filter((result) => result.status === "rejected");
    assert.equal(refused.length, 49);
    for (const { reason } of refused) assert.ok(reason instanceof AppendConditionError);
    assert.equal((await collect(events.read({ query: failIfMatch }))).length, 1);
  });

  suite("a subscription catches up, tells so, and goes on with what is appended", async () => {
    await using events = connectTo(target);
    const tag = freshTag();
    const append = (count: number) => events.append(Array.from({ length: count }, () => ({ type: "T", tags: [tag] })));
    const first = await append(3);
    await events.append([{ type: "Other", tags: [freshTag()] }]);
    const seen: bigint[] = [];
    const caughtUpAfter: number[] = [];
    const onCaughtUp = () => {
      caughtUpAfter.push(seen.length);
      append(2);
    };
    for await (const { position } of events.subscribe({ query: tagged(tag), after: first - 2n, onCaughtUp })) {
      seen.push(position);
      if (seen.length === 4) break;
    }
    assert.deepEqual(seen, [first - 1n, first, first + 2n, first + 3n]);
    assert.deepEqual(caughtUpAfter, [2]);
  });

  suite("a subscription of nothing is caught up at once, and ends when it is told to", async () => {
    await using events = connectTo(target);
    const leave = new AbortController();
    const onCaughtUp = () => leave.abort();
    const reading = collect(events.subscribe({ query: tagged(freshTag()), signal: leave.signal, onCaughtUp }));
    await assert.rejects(reading, { code: Code.Canceled });
  });

  suite("a subscription begins where a source was tracked to", async () => {
    await using events = connectTo(target);
    const [tag, source] = [freshTag(), freshTag()];
    const last = await events.append(Array.from({ length: 3 }, () => ({ type: "T", tags: [tag] })));
    await events.append([{ type: "Done" }], { tracking: { source, position: last - 1n } });
    for await (const { position } of events.subscribe({ query: tagged(tag), afterTracked: source })) {
      assert.equal(position, last);
      break;
    }
  });

  suite("an aborted call is canceled; a subscription can be left while it waits, and close() ends it", async () => {
    await using events = connectTo(target);
    await assert.rejects(events.head({ signal: AbortSignal.abort() }), { code: Code.Canceled });
    await assert.rejects(collect(events.read({ signal: AbortSignal.abort() })), { code: Code.Canceled });
    const waiting = events.subscribe({ query: tagged(freshTag()) })[Symbol.asyncIterator]();
    const pending = waiting.next();
    await waiting.return?.();
    assert.equal((await pending).done, true);
    const closing = connectTo(target);
    const ended = assert.rejects(collect(closing.subscribe({ query: tagged(freshTag()) })), { kind: "client-closed" });
    await closing.head();
    await closing.close({ timeoutMs: 0 });
    await ended;
    await assert.rejects(closing.head(), { kind: "client-closed" });
  });

  suite("every error is a PumiceError and a ConnectError that says which rpc failed", async () => {
    await using events = connectTo(target);
    const failIfMatch = everyEvent;
    await events.append([{ type: "T" }]);
    await assert.rejects(events.append([{ type: "T" }], { failIfMatch }), (error) => {
      assert.ok(error instanceof PumiceError && error instanceof ConnectError);
      assert.equal(error.rpc, "umadb.v1.DCB/Append");
      assert.equal(error.attempts, 1);
      return true;
    });
  });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
