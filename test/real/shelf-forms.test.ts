import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Change, connectShelf, Predicate, SortKey } from "@pumice/shelf-client";
import {
  type ChangeForm,
  changeValue,
  compareItems,
  encodePickle,
  type Item,
  type PredicateForm,
  portablePattern,
  readPickle,
  testItem,
} from "@pumice/shelf-client/wire";
import { faultPlan } from "../faults/fault-plan.js";
import { asPlain, randomForms } from "../support/shelf-forms.js";
import { startShelfdb } from "../support/shelfdb.js";

const server = await startShelfdb();
const db = connectShelf(server.url, { protocol: 3 });
after(async () => {
  await db.close();
  await server[Symbol.asyncDispose]();
});

const { runs, seed } = faultPlan(400);

/** What the server has after a put: our own bytes, read back without a loss. */
const itemOf = ([key, value]: readonly [string, unknown]): Item => [key, readPickle(encodePickle(value))];

test(`the server and interpret-form.ts agree on ${runs} random predicates, seed ${seed}`, async () => {
  const random = randomForms(seed);
  const documents = random.documents(60);
  const shelf = db.shelf("predicates");
  await shelf.putMany(documents.map(([key, data]) => ({ key, data })));
  const items = documents.map(itemOf);
  let matches = 0;
  for (let run = 0; run < runs; run++) {
    const form = random.predicate();
    const found = await shelf.filter(new Predicate(form)).toArray();
    const read = readPickle(encodePickle(form)) as PredicateForm;
    const expected = items.filter((item) => testItem(read, item)).map(([key]) => key);
    assert.deepEqual(
      found.map(({ key }) => key),
      expected,
      `seed ${seed}, ${JSON.stringify(form, printable)}`,
    );
    matches += expected.length;
  }
  assert.ok(matches > runs && matches < runs * 55, `${matches} matches: the predicates say too little`);
});

test(`the server and interpret-form.ts agree on random sort keys, seed ${seed}`, async () => {
  const random = randomForms(seed);
  const documents = random.documents(60);
  const shelf = db.shelf("sorting");
  await shelf.putMany(documents.map(([key, data]) => ({ key, data })));
  const items = documents.map(itemOf);
  for (let run = 0; run < runs / 4; run++) {
    const operands = random.operands();
    const found = await shelf.sort(new SortKey(operands)).toArray();
    const expected = [...items].sort((a, b) => compareItems(operands, a, b)).map(([key]) => key);
    assert.deepEqual(
      found.map(({ key }) => key),
      expected,
      `seed ${seed}, ${JSON.stringify(operands)}`,
    );
  }
});

test(`the server and interpret-form.ts agree on ${runs} random edits, seed ${seed}`, async () => {
  const random = randomForms(seed);
  const shelf = db.shelf("edits");
  let failures = 0;
  for (let run = 0; run < runs; run++) {
    const [[, document] = ["", {}]] = random.documents(1);
    const changes = random.changes();
    await shelf.put("k", document);
    const expected = outcome(() => storable(asPlain(changeValue(readForms(changes), itemOf(["k", document])))));
    const real = await shelf
      .key("k")
      .edit(changes.map((form) => new Change(form)))
      .then(
        async () => ({ value: (await shelf.get("k"))?.data }),
        (error) => ({ failed: error.serverMessage }),
      );
    assert.deepEqual(real, expected, `seed ${seed}, ${JSON.stringify([document, changes], printable)}`);
    if ("failed" in expected) failures++;
  }
  assert.ok(failures > 0 && failures < runs);
});

test(`the server's Python and JavaScript agree on ${runs} random patterns, seed ${seed}`, async () => {
  const random = randomForms(seed);
  const texts = random.texts(40);
  const shelf = db.shelf("patterns");
  await shelf.putMany(texts.map((text, index) => ({ key: `k${String(index).padStart(3, "0")}`, data: text })));
  for (let run = 0; run < runs; run++) {
    const expression = random.pattern();
    const found = await shelf.filter(new Predicate(["matches", [], portablePattern(expression)])).toArray();
    const original = new RegExp(expression.source, `${expression.flags}u`);
    assert.deepEqual(
      found.map(({ data }) => data),
      texts.filter((text) => original.test(text)),
      `seed ${seed}, ${expression}`,
    );
  }
});

/** Forms as a server reads them: dicts inside are Maps. */
function readForms(changes: readonly ChangeForm[]): readonly ChangeForm[] {
  return readPickle(encodePickle(changes)) as readonly ChangeForm[];
}

/** What a change makes of integers may be right, and still be more than a shelf holds. */
function storable(value: unknown): unknown {
  try {
    encodePickle(value);
  } catch (error) {
    if (error instanceof RangeError) throw new Error("Integer value out of range", { cause: error });
    throw error;
  }
  return value;
}

function outcome(run: () => unknown): { value: unknown } | { failed: string } {
  try {
    return { value: run() };
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value;
}
