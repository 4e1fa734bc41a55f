import assert from "node:assert/strict";
import { json, SchemaError, text } from "@pumice/ledger-client";
import { z } from "zod";
import { connectTo, type Fact, freshPrefix, type LedgerTarget } from "../ledger-target.js";

const Invoice = z.object({ total: z.number(), paid: z.boolean().default(false) });

/** Values with a codec or a schema. */
export function typedFacts(target: LedgerTarget, fact: Fact): void {
  fact("values of a schema are validated both ways", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    const invoices = ledger.values(Invoice);
    await invoices.set(`${at}1`, { total: 100 });
    await invoices.verifiedSet(`${at}2`, { total: 200, paid: true });
    assert.deepEqual((await invoices.get(`${at}1`))?.value, { total: 100, paid: false });
    const verified = await invoices.verifiedGet(`${at}2`);
    assert.deepEqual(verified?.value, { total: 200, paid: true });
    assert.equal(verified?.verified, true);
    assert.equal((await ledger.get(`${at}1`))?.text(), '{"total":100}');
    assert.equal(await invoices.get(`${at}missing`), undefined);
    await ledger.set(`${at}3`, '{"total":"much"}');
    const misfit = (error: unknown) => error instanceof SchemaError && error.message.includes(`${at}3`);
    await assert.rejects(invoices.get(`${at}3`), misfit);
    await assert.rejects(invoices.verifiedGet(`${at}3`), misfit);
  });

  fact("typed values come in all reads, and go in several at once", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    const numbers = ledger.values(json<number>());
    await numbers.setAll({ [`${at}a`]: 1, [`${at}b`]: 2 });
    await numbers.verifiedSetAll([[`${at}c`, 3]]);
    const scanned = await numbers.scan(at).toArray();
    assert.deepEqual(
      scanned.map(({ value }) => value),
      [1, 2, 3],
    );
    const found = await numbers.getAll([`${at}c`, `${at}missing`]);
    assert.deepEqual(
      [...found.values()].map((entry) => entry?.value),
      [3, undefined],
    );
    await ledger.delete(`${at}a`);
    const versions: (number | undefined)[] = [];
    for await (const { value } of numbers.history(`${at}a`)) versions.push(value);
    assert.deepEqual(versions, [1, undefined]);
  });

  fact("a codec makes bytes of values and values of bytes", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    await ledger.values(text).set(key, "grüß");
    assert.equal((await ledger.values(text).get(key))?.value, "grüß");
  });
}
