import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePickle } from "./encode-pickle.js";
import { type Form, formCall, readForm, sourceCall } from "./form.js";
import { PickleCall } from "./pickle-objects.js";
import { readPickle } from "./read-pickle.js";

const forms: Form[] = [
  [
    "filter",
    [
      "all",
      [
        ["eq", ["a", "b"], 1],
        ["not", ["any", [["exists", null]]]],
        ["in", [], [1, "x"]],
      ],
    ],
  ],
  [
    "filter",
    [
      "any",
      [
        ["lt", ["n"], 1],
        ["le", ["n"], 1],
        ["gt", ["n"], 1],
        ["ge", ["n"], 1],
      ],
    ],
  ],
  [
    "filter",
    [
      "all",
      [
        ["starts", null, ["a"]],
        ["ends", null, ["b"]],
        ["contains", ["t"], 1],
        ["matches", ["t"], "a"],
      ],
    ],
  ],
  ["sort", [["n"], null]],
  [
    "edit",
    [
      ["set", ["a"], 1],
      ["unset", ["b", "c"]],
      ["increment", ["n"], 0.5],
      ["push", ["l"], [1]],
    ],
  ],
];

test("readForm() finds the form inside the callable that formCall() made", () => {
  for (const form of forms) assert.deepEqual(readForm(readPickle(encodePickle(formCall(form)))), form);
  const merge = readForm(readPickle(encodePickle(formCall(["edit", [["merge", [], { a: 1 }]]]))));
  assert.deepEqual(merge, ["edit", [["merge", [], new Map([["a", 1]])]]]);
});

test("readForm() finds none in Python of the caller's own, also where it imitates a form", () => {
  const read = (call: PickleCall) => readForm(readPickle(encodePickle(call)));
  assert.equal(read(sourceCall("lambda it: True", [])), undefined);
  assert.equal(read(sourceCall("lambda v: lambda it: it[0] == v", [1])), undefined);
  assert.equal(read(sourceCall("lambda form: lambda it: True", [["filter", ["eq", ["n"], 1]]])), undefined);
  assert.equal(readForm(1), undefined);
});

test("readForm() finds none where the data is no form", () => {
  const broken: unknown[] = [
    ["filter"],
    ["filter", ["nope", null]],
    ["filter", ["eq", null]],
    ["filter", ["eq", "a", 1]],
    ["filter", ["not", ["eq", [1], 1]]],
    ["filter", ["all", ["eq"]]],
    ["filter", ["in", null, 1]],
    ["filter", ["starts", null, [1]]],
    ["filter", ["matches", null, 1]],
    ["filter", ["exists", null, 1]],
    ["sort", [1]],
    ["edit", [["set", ["a"]]]],
    ["edit", [["unset", []]]],
    ["edit", [["increment", ["a"], "1"]]],
    ["edit", [["push", ["a"], 1]]],
    ["edit", [["merge", ["a"], 1]]],
    ["edit", [["nope", ["a"], 1]]],
    1,
  ];
  const whole = formCall(["filter", ["eq", ["n"], 1]]);
  for (const form of broken)
    assert.equal(readForm(readPickle(encodePickle(new PickleCall(whole.callable, [form])))), undefined);
});
