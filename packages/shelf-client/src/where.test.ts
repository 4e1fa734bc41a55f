import assert from "node:assert/strict";
import { test } from "node:test";
import type { ShelfValue } from "./field-path.js";
import { Field, not, type Where, where } from "./where.js";

test("where() makes forms, with paths as lists of names", () => {
  assert.deepEqual(where("a.b").eq(1).form, ["eq", ["a", "b"], 1]);
  assert.deepEqual(where(["a.b", "c"]).exists().form, ["exists", ["a.b", "c"]]);
  assert.deepEqual(where([]).eq(1).form, ["eq", [], 1]);
  assert.deepEqual(where.key.startsWith("a", "b").form, ["starts", null, ["a", "b"]]);
  assert.deepEqual(where("a").ne(1).form, ["not", ["eq", ["a"], 1]]);
  assert.deepEqual(where("a").missing().form, ["not", ["exists", ["a"]]]);
  assert.deepEqual(where("a").matches(/^x\.y/).form, ["matches", ["a"], "^x\\x2ey"]);
  const kinds = ["lt", "lte", "gt", "gte"] as const;
  assert.deepEqual(
    kinds.map((kind) => where("a")[kind](1).form[0]),
    ["lt", "le", "gt", "ge"],
  );
});

test("Predicate combines without changing what it is made of", () => {
  const a = where("a").eq(1);
  const b = where("b").in([1, 2]);
  const both = a.and(b, a.or(b));
  assert.deepEqual(both.form, ["all", [a.form, b.form, ["any", [a.form, b.form]]]]);
  assert.deepEqual(not(both).form, ["not", both.form]);
  assert.deepEqual(a.form, ["eq", ["a"], 1]);
});

test("where() refuses empty names, and predicates refuse what is none", () => {
  for (const path of ["", "a..b", ".a", ["a", ""]]) assert.throws(() => where(path), TypeError, String(path));
  assert.throws(() => where(1 as never), TypeError);
  assert.throws(
    () =>
      where("a")
        .eq(1)
        .and({} as never),
    /it takes predicates that where\(\) has made/,
  );
});

test("Where knows the fields of its type", () => {
  interface Note {
    readonly title: string;
    readonly stars?: number;
    readonly tags: readonly string[];
    readonly author: { readonly name: string; readonly born: number | null };
  }
  const typed = where as unknown as Where<Note>;
  const forms = [
    typed("title").startsWith("P"),
    typed("stars").gt(3),
    typed("tags").contains("x"),
    typed("author.name").lt("M"),
    typed("author.born").eq(null),
    typed.key.eq("a"),
  ];
  assert.equal(forms.length, 6);
  const refused = () => {
    // @ts-expect-error there is no such field
    typed("nope");
    // @ts-expect-error an author has no such field
    typed("author.nope");
    // @ts-expect-error a title is a string
    typed("title").eq(1);
    // @ts-expect-error stars are compared with numbers
    typed("stars").gt("3");
    // @ts-expect-error tags are strings
    typed("tags").contains(1);
  };
  assert.equal(typeof refused, "function");
  const untyped: Field<ShelfValue> = (where as unknown as Where<ShelfValue>)("anything.at.all");
  assert.ok(untyped instanceof Field);
});
