import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorCode } from "./error-code.js";
import { HpackDecoder, type HpackDecoderOptions } from "./hpack-decoder.js";
import { encodeHeaders } from "./hpack-encoder.js";

const requests = [
  [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "www.example.com"],
  [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "www.example.com", "cache-control", "no-cache"],
  // biome-ignore format: one list a line
  [":method", "GET", ":scheme", "https", ":path", "/index.html", ":authority", "www.example.com", "custom-key", "custom-value"],
];
const location = ["location", "https://www.example.com"];
const responses = [
  [":status", "302", "cache-control", "private", "date", "Mon, 21 Oct 2013 20:13:21 GMT", ...location],
  [":status", "307", "cache-control", "private", "date", "Mon, 21 Oct 2013 20:13:21 GMT", ...location],
  // biome-ignore format: one list a line
  [":status", "200", "cache-control", "private", "date", "Mon, 21 Oct 2013 20:13:22 GMT", ...location, "content-encoding", "gzip",
    "set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"],
];

const examples: { readonly section: string; readonly tableSize: number; blocks: string[]; lists: string[][] }[] = [
  {
    section: "C.2.1, a literal with indexing",
    tableSize: 4096,
    blocks: ["400a637573746f6d2d6b65790d637573746f6d2d686561646572"],
    lists: [["custom-key", "custom-header"]],
  },
  {
    section: "C.2.2, a literal without indexing",
    tableSize: 4096,
    blocks: ["040c2f73616d706c652f70617468"],
    lists: [[":path", "/sample/path"]],
  },
  {
    section: "C.2.3, a literal never indexed",
    tableSize: 4096,
    blocks: ["100870617373776f726406736563726574"],
    lists: [["password", "secret"]],
  },
  { section: "C.2.4, an indexed field", tableSize: 4096, blocks: ["82"], lists: [[":method", "GET"]] },
  {
    section: "C.3, requests without Huffman",
    tableSize: 4096,
    blocks: [
      "828684410f7777772e6578616d706c652e636f6d",
      "828684be58086e6f2d6361636865",
      "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ],
    lists: requests,
  },
  {
    section: "C.4, requests with Huffman",
    tableSize: 4096,
    blocks: [
      "828684418cf1e3c2e5f23a6ba0ab90f4ff",
      "828684be5886a8eb10649cbf",
      "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ],
    lists: requests,
  },
  {
    section: "C.5, responses without Huffman, with eviction",
    tableSize: 256,
    blocks: [
      "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
      "4803333037c1c0bf",
      "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
    ],
    lists: responses,
  },
  {
    section: "C.6, responses with Huffman, with eviction",
    tableSize: 256,
    blocks: [
      "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
      "4883640effc1c0bf",
      "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    ],
    lists: responses,
  },
];

for (const { section, tableSize, blocks, lists } of examples) {
  test(`HpackDecoder decodes RFC 7541 appendix ${section}`, () => {
    const decoder = new HpackDecoder({ maxTableSize: tableSize });
    for (const [i, block] of blocks.entries()) assert.deepEqual(decode(decoder, block), lists[i]);
  });

  test(`HpackDecoder decodes RFC 7541 appendix ${section}, byte by byte`, () => {
    const decoder = new HpackDecoder({ maxTableSize: tableSize });
    for (const [i, block] of blocks.entries()) {
      for (const byte of Buffer.from(block, "hex")) decoder.push(Uint8Array.of(byte));
      assert.deepEqual(decoder.finish(), lists[i]);
    }
  });
}

const broken: Record<string, string> = {
  "index 0": "80",
  "an index beyond the tables": "be",
  "a name index beyond the tables": "7f000161",
  "an integer that never ends": "ffffffffffffffff7f",
  "a block that ends inside a field": "400a6375",
  "a table size above what we allow": "3fe21f",
  "a table size update after a field": "8220",
  "a Huffman string that is malformed": "4081ff8161",
};

for (const [what, block] of Object.entries(broken)) {
  test(`HpackDecoder ends the connection with COMPRESSION_ERROR for ${what}`, () => {
    const decoder = new HpackDecoder();
    assert.throws(() => decode(decoder, block), { name: "ProtocolError", errorCode: ErrorCode.CompressionError });
  });
}

test("HpackDecoder takes table size updates at the start of a block", () => {
  const decoder = new HpackDecoder();
  decode(decoder, "400a637573746f6d2d6b65790d637573746f6d2d686561646572");
  assert.deepEqual(decode(decoder, "203fe11f82"), [":method", "GET"]);
  assert.throws(() => decode(decoder, "be"), { errorCode: ErrorCode.CompressionError });
});

test("HpackDecoder cuts an oversized value and goes on with the fields after it", () => {
  const decoder = new HpackDecoder({ maxValueBytes: 20_000 });
  const block = encodeHeaders(["a", "x".repeat(300_000), "grpc-status", "9"]);
  for (const size of [1, 1000, 16_384, block.length]) {
    for (let start = 0; start < block.length; start += size) decoder.push(block.subarray(start, start + size));
    assert.deepEqual(decoder.finish(), ["a", "x".repeat(20_000), "grpc-status", "9"]);
  }
});

test("HpackDecoder empties its table for an oversized value that was to be indexed, as its encoder does", () => {
  const decoder = new HpackDecoder({ maxValueBytes: 20_000 });
  decode(decoder, "400a637573746f6d2d6b65790d637573746f6d2d686561646572");
  const literal = Buffer.from(encodeHeaders(["a", "x".repeat(30_000)]));
  literal[0] = 0x40;
  decoder.push(literal);
  decoder.finish();
  assert.throws(() => decode(decoder, "be"), { errorCode: ErrorCode.CompressionError });
});

test("HpackDecoder drops fields over the list's limit, but for those it shall keep", () => {
  const options: HpackDecoderOptions = { maxListBytes: 1000, keep: new Set(["grpc-status"]) };
  const decoder = new HpackDecoder(options);
  const many = Array.from({ length: 100 }, (_, i) => [`x-${i}`, "some value"]).flat();
  decoder.push(encodeHeaders([...many, "grpc-status", "5"]));
  const fields = decoder.finish();
  assert.ok(fields.length < 50);
  assert.deepEqual(fields.slice(-2), ["grpc-status", "5"]);
});

test("HpackDecoder bounds a block that repeats one large entry by its one-byte index", () => {
  const decoder = new HpackDecoder({ keep: new Set(["a"]) });
  const literal = Buffer.from(encodeHeaders(["a", "x".repeat(4000)]));
  literal[0] = 0x40;
  decoder.push(Buffer.concat([literal, Buffer.alloc(100_000, 0xbe)]));
  assert.ok(decoder.finish().length < 500);
});

test("HpackDecoder refuses a name that is none of anybody's", () => {
  const decoder = new HpackDecoder();
  assert.throws(() => decoder.push(encodeHeaders(["x".repeat(20_000), ""])), { errorCode: ErrorCode.EnhanceYourCalm });
});

function decode(decoder: HpackDecoder, hex: string): string[] {
  decoder.push(Buffer.from(hex, "hex"));
  return decoder.finish();
}
