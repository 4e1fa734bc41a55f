import type { ChangeForm, Form, PredicateForm } from "./form.js";

/**
 * The Python that runs a form on the server. It is put together from the fixed pieces below, those that the form's
 * kinds need, in their order here; nothing of what a caller says becomes part of it.
 *
 * It evaluates to a function that makes the callable of the form, which is plain data; the callable gets each item, a
 * pair of key and value.
 */
export function programSource(form: Form): string {
  const wanted = new Set<string>();
  const want = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const [word] of pieces[name]?.matchAll(/\w+/g) ?? []) if (Object.hasOwn(pieces, word)) want(word);
  };
  want(form[0]);
  if (form[0] === "filter") for (const kind of testKinds(form[1])) want(`test_${kind}`);
  if (form[0] === "edit") for (const [kind] of form[1]) want(`change_${kind}`);
  const needed = Object.entries(pieces).filter(([name]) => wanted.has(name));
  return `(\n${needed.map(([name, source]) => `${name} := ${source},\n`).join("")}lambda form: ${form[0]}(form[1]),\n)[-1]`;
}

function testKinds(test: PredicateForm): string[] {
  if (test[0] === "all" || test[0] === "any") return [test[0], ...test[1].flatMap(testKinds)];
  return test[0] === "not" ? [test[0], ...testKinds(test[1])] : [test[0]];
}

type Kinds = "filter" | "sort" | "edit" | `test_${PredicateForm[0]}` | `change_${ChangeForm[0]}`;

/**
 * The walrus makes globals of them: `eval` gets an empty dict to put them into. `...` stands for a missing value, since
 * nothing stored can be it. A bool is no number here, unlike in Python.
 */
const pieces: Readonly<Record<string, string>> = {
  number: "lambda x: isinstance(x, (int, float)) and not isinstance(x, bool)",
  reduce: '__import__("functools").reduce',
  field: "lambda d, k: d.get(k, ...) if isinstance(d, dict) else ...",
  look: "lambda it, p: it[0] if p is None else reduce(field, p, it[1])",
  on: "lambda p, f: lambda it: f(look(it, p))",
  same: `lambda a, b: isinstance(a, bool) == isinstance(b, bool) and (
len(a) == len(b) and all(same(x, y) for x, y in zip(a, b)) if isinstance(a, list) and isinstance(b, list)
else a.keys() == b.keys() and all(same(a[k], b[k]) for k in a) if isinstance(a, dict) and isinstance(b, dict)
else a == b)`,
  comparable: "lambda a, b: number(a) and number(b) or isinstance(a, str) and isinstance(b, str)",
  test: 'lambda t: globals()["test_" + t[0]](*t[1:])',
  test_all: "lambda ts: (lambda fs: lambda it: all(f(it) for f in fs))([test(t) for t in ts])",
  test_any: "lambda ts: (lambda fs: lambda it: any(f(it) for f in fs))([test(t) for t in ts])",
  test_not: "lambda t: (lambda f: lambda it: not f(it))(test(t))",
  test_exists: "lambda p: on(p, lambda x: x is not ...)",
  test_eq: "lambda p, v: on(p, lambda x: same(x, v))",
  test_in: "lambda p, vs: on(p, lambda x: any(same(x, v) for v in vs))",
  test_lt: "lambda p, v: on(p, lambda x: comparable(x, v) and x < v)",
  test_le: "lambda p, v: on(p, lambda x: comparable(x, v) and x <= v)",
  test_gt: "lambda p, v: on(p, lambda x: comparable(x, v) and x > v)",
  test_ge: "lambda p, v: on(p, lambda x: comparable(x, v) and x >= v)",
  test_starts: "lambda p, vs: on(p, lambda x: isinstance(x, str) and any(x.startswith(v) for v in vs))",
  test_ends: "lambda p, vs: on(p, lambda x: isinstance(x, str) and any(x.endswith(v) for v in vs))",
  test_contains: `lambda p, v: on(p, lambda x: any(same(y, v) for y in x) if isinstance(x, list)
else isinstance(x, str) and isinstance(v, str) and v in x)`,
  compiled: 'lambda v: __import__("re").compile(v, 256).search', // re.ASCII
  test_matches: "lambda p, v: (lambda f: on(p, lambda x: isinstance(x, str) and f(x) is not None))(compiled(v))",
  filter: "test",
  rank: `lambda x: (0, 0) if x is ... else (1, 0) if x is None else (2, x) if isinstance(x, bool)
else ((4, x) if x == x else (3, 0)) if number(x) else (5, x) if isinstance(x, str)
else (6, x) if isinstance(x, bytes) else (7, 0)`,
  sort: "lambda ps: lambda it: [rank(look(it, p)) for p in ps]",
  fail: 'lambda p, s: (_ for _ in ()).throw(TypeError("Cannot edit " + (".".join(p) or "the value") + ": it is no " + s))',
  put: `lambda d, p, f, done=[]: f(d) if not p else {
**(d if isinstance(d, dict) else {} if d is ... else fail(done, "dict")),
p[0]: put(field(d, p[0]), p[1:], f, done + p[:1])}`,
  drop: `lambda d, p: d if field(d, p[0]) is ... else {k: v for k, v in d.items() if k != p[0]} if len(p) == 1
else {**d, p[0]: drop(d[p[0]], p[1:])}`,
  change_set: "lambda p, v: lambda d: put(d, p, lambda x: v)",
  change_unset: "lambda p: lambda d: drop(d, p)",
  change_increment: `lambda p, v: lambda d: put(d, p, lambda x: v if x is ... else x + v if number(x)
else fail(p, "number"))`,
  change_push: `lambda p, vs: lambda d: put(d, p, lambda x: vs if x is ... else x + vs if isinstance(x, list)
else fail(p, "list"))`,
  change_merge: `lambda p, v: lambda d: put(d, p, lambda x: v if x is ... else {**x, **v} if isinstance(x, dict)
else fail(p, "dict"))`,
  edit: `lambda cs: (lambda fs: lambda it: reduce(lambda d, f: f(d), fs, it[1]))(
[globals()["change_" + c[0]](*c[1:]) for c in cs])`,
} satisfies Record<Kinds, string> & Record<string, string>;
