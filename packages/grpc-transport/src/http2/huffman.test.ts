import assert from "node:assert/strict";
import { test } from "node:test";
import { decodedHuffmanBound, decodeHuffman } from "./huffman.js";

test("decodeHuffman() decodes the strings of RFC 7541 appendix C.4 and C.6", () => {
  assert.equal(decoded("f1e3c2e5f23a6ba0ab90f4ff"), "www.example.com");
  assert.equal(decoded("a8eb10649cbf"), "no-cache");
  assert.equal(decoded("6402"), "302");
  assert.equal(decoded("d07abe941054d444a8200595040b8166e082a62d1bff"), "Mon, 21 Oct 2013 20:13:21 GMT");
});

test("decodeHuffman() takes an empty string", () => {
  assert.equal(decoded(""), "");
});

test("decodeHuffman() rejects padding that is not all ones", () => {
  assert.equal(decoded("18"), undefined);
});

test("decodeHuffman() rejects padding of 8 bits or more", () => {
  assert.equal(decoded("6402ff"), undefined);
});

test("decodeHuffman() rejects the end-of-string symbol", () => {
  assert.equal(decoded("ffffffff"), undefined);
});

test("decodeHuffman() lets a string that was cut end inside a symbol", () => {
  const whole = Buffer.from("f1e3c2e5f23a6ba0ab90f4ff", "hex");
  for (let length = 0; length < whole.length; length++) {
    const target = Buffer.alloc(decodedHuffmanBound(length));
    const count = decodeHuffman(whole, 0, length, target, true);
    assert.ok("www.example.com".startsWith(target.toString("latin1", 0, count)));
  }
});

function decoded(hex: string): string | undefined {
  const source = Buffer.from(hex, "hex");
  const target = Buffer.alloc(decodedHuffmanBound(source.length));
  const length = decodeHuffman(source, 0, source.length, target);
  return length < 0 ? undefined : target.toString("latin1", 0, length);
}
