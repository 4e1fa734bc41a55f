import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { VerifiableTxSchema } from "@pumice/stubs/immudb";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

interface ScoriaExchanges {
  readonly exchanges: readonly {
    readonly rpc: string;
    readonly request: string;
    readonly responses: readonly string[];
  }[];
}

interface ImmudbProofs {
  readonly [database: string]: { readonly verifiableTxById: readonly { readonly answer: string }[] };
}

test("the stubs of ScoriaDB decode and re-encode what a real 0.1.1 server exchanged, byte for byte", async () => {
  const { exchanges } = await fixture<ScoriaExchanges>("scoriadb-0.1.1-exchanges.json");
  let checked = 0;
  for (const { rpc, request, responses } of exchanges) {
    const method = ScoriaDB.methods.find(({ name }) => name === rpc);
    assert.ok(method, `the contract has no rpc ${rpc}`);
    checked += roundTrip(method.input, request);
    for (const response of responses) {
      // The recording leaves tokens out; everything else is base64.
      if (!response.startsWith("(")) checked += roundTrip(method.output, response);
    }
  }
  assert.equal(exchanges.length, 59);
  assert.ok(checked > exchanges.length);
});

test("the stubs of immudb decode and re-encode a real 1.11.1 server's proofs, byte for byte", async () => {
  const { "long-linear-proof": longLinear, "header-version-0": version0 } =
    await fixture<ImmudbProofs>("immudb-1.11.1-proofs.json");
  const answers = [...(longLinear?.verifiableTxById ?? []), ...(version0?.verifiableTxById ?? [])];
  let checked = 0;
  for (const { answer } of answers) checked += roundTrip(VerifiableTxSchema, answer);
  assert.equal(checked, 171);
});

/** Decodes, finds nothing unknown at any depth, and encodes to the same bytes. Returns 1, to be counted. */
function roundTrip(schema: DescMessage, base64: string): 1 {
  const bytes = Buffer.from(base64, "base64");
  const message = fromBinary(schema, bytes);
  assertNothingUnknown(reflect(schema, message));
  assert.equal(Buffer.from(toBinary(schema, message)).toString("base64"), base64, schema.typeName);
  return 1;
}

function assertNothingUnknown(message: ReturnType<typeof reflect>): void {
  assert.deepEqual(message.getUnknown() ?? [], [], `unknown fields in ${message.desc.typeName}`);
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    if (field.fieldKind === "message") assertNothingUnknown(message.get(field));
    if (field.fieldKind === "list" && field.listKind === "message") {
      for (const item of message.get(field)) assertNothingUnknown(item as ReturnType<typeof reflect>);
    }
  }
}

async function fixture<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(new URL(`../fixtures/${name}`, import.meta.url), "utf8"));
}
