import assert from "node:assert/strict";
import { test } from "node:test";
import { portablePattern } from "./portable-pattern.js";

const finds = (expression: RegExp, text: string) => new RegExp(portablePattern(expression), "u").test(text);

// Written as texts, since Biome corrects them where they are literals.
const fromText = (source: string) => new RegExp(source);

const taken = [
  ...["[]", "[^]"].map(fromText),
  /abc/,
  /^abc$/,
  /a|b|/,
  /a.c/,
  /a.c/s,
  /\d+\D*/,
  /\w\W/,
  /\s\S/,
  /\bcat\b/,
  /[abc]/,
  /[^abc]/,
  /[a-f0-9_-]/,
  /[\d\s]x/,
  /[\]\\^-]/,
  /(a)(?:b)+c*?/,
  /a(?=b)/,
  /a(?!b)/,
  /a{2}b{1,}c{0,3}?/,
  /\x41\u00e9\t\n/,
  /\u{1f600}/u,
  /\ud83d\ude00/u,
  /😀/u,
  /\.\*\+\?\(\)\[\]\{\}\/\$\^\|/,
  /\0/,
  /[\b]/,
  /[\D]/,
  /a*$/,
  /^(?:a?)*b/,
];
const texts = [
  "",
  "abc",
  "a",
  "b",
  "ac",
  "a\nc",
  "a\u2028c",
  "a\rc",
  "12x",
  "a b",
  "a\u00a0b",
  "\ufeffx",
  "cat",
  "a cat b",
  "concat",
  "^",
  "]",
  "\\",
  "-",
  "_",
  "ab",
  "aab",
  "aabccc",
  "Aé\t\n",
  "😀",
  "a😀",
  ".*+?()[]{}/$^|",
  "\0",
  "\b",
  "aaa\n",
  "aaa",
  "٣",
  "é",
  "ſ",
  "K",
];

test("portablePattern() finds what the expression with the flag u finds", () => {
  for (const expression of taken) {
    const original = new RegExp(expression.source, `${expression.dotAll ? "s" : ""}u`);
    for (const text of texts)
      assert.equal(finds(expression, text), original.test(text), `${expression} in ${JSON.stringify(text)}`);
  }
});

test("portablePattern() ignores the case of ASCII letters under the flag i, and of no others", () => {
  assert.ok(finds(/^[a-c]X$/i, "Bx"));
  assert.ok(!finds(/^[^a]$/i, "A"));
  assert.ok(!finds(/é/i, "É"));
  assert.ok(!finds(/^[ks]$/i, "ſ") && !finds(/^[ks]$/i, "\u212a"));
});

test("portablePattern() says what the two languages do not share", () => {
  const refused: [RegExp, RegExp][] = [
    [/a/g, /the flag g/],
    [/a/m, /the flag m/],
    [/a/y, /the flag y/],
    [/(a)\1/, /\\1/],
    [/(?<n>a)/, /a group of the kind/],
    [/(?<=a)b/, /a group of the kind/],
    [/(?<!a)b/, /a group of the kind/],
    [/\Ba/, /\\B/],
    [/\p{L}/u, /\\p/],
    [/\cA/, /\\c/],
    [fromText("\\e"), /\\e/],
    [/a{1001}/, /a count above 1000/],
    [/a]/, /a \] without a backslash/],
    [/a{,2}/, /a \{ without a backslash/],
    [/[a-\d]/, /a range/],
    [/\ud83d/, /\\?ud83d/],
    [/(?=a)*b/, /a \* without a backslash/],
  ];
  for (const [expression, message] of refused) {
    assert.throws(() => portablePattern(expression), { name: "TypeError", message }, String(expression));
  }
});
