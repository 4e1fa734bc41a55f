import assert from "node:assert/strict";
import { test } from "node:test";
import { type Token, tokenSource } from "./token-source.js";

/** A login that is answered by hand. */
function manualLogin() {
  const pending: { resolve: (token: Token) => void; reject: (error: Error) => void }[] = [];
  const login = () => new Promise<Token>((resolve, reject) => pending.push({ resolve, reject }));
  const take = () => {
    const next = pending.shift();
    assert.ok(next, "no login is under way");
    return next;
  };
  return { login, take, underWay: () => pending.length };
}

test("tokenSource() logs in once for any number of waiting callers", async () => {
  const { login, take, underWay } = manualLogin();
  const tokens = tokenSource(login);
  const waiting = Array.from({ length: 50 }, () => tokens.get());
  assert.equal(underWay(), 1);
  const token = { value: "t1" };
  take().resolve(token);
  assert.ok((await Promise.all(waiting)).every((got) => got === token));
  assert.equal(await tokens.get(), token);
  assert.equal(underWay(), 0);
});

test("tokenSource() lets one caller give up without cancelling the login of the others", async () => {
  const { login, take } = manualLogin();
  const tokens = tokenSource(login);
  const controller = new AbortController();
  const impatient = tokens.get(controller.signal);
  const patient = tokens.get();
  const reason = new Error("given up");
  controller.abort(reason);
  await assert.rejects(impatient, reason);
  take().resolve({ value: "t1" });
  assert.equal((await patient).value, "t1");
});

test("tokenSource() refuses a caller whose signal has fired before it logs in", async () => {
  const { login, underWay } = manualLogin();
  await assert.rejects(tokenSource(login).get(AbortSignal.abort(new Error("too late"))), /too late/);
  assert.equal(underWay(), 0);
});

test("tokenSource() hands a failed login to all who waited, and the next caller logs in anew", async () => {
  const { login, take, underWay } = manualLogin();
  const tokens = tokenSource(login);
  const waiting = [tokens.get(), tokens.get()];
  take().reject(new Error("wrong password"));
  for (const caller of waiting) await assert.rejects(caller, /wrong password/);
  void tokens.get();
  assert.equal(underWay(), 1);
});

test("tokenSource() goes on after a login that throws before it returns a promise", async () => {
  let logins = 0;
  const tokens = tokenSource(() => {
    logins += 1;
    if (logins === 1) throw new Error("no password");
    return Promise.resolve({ value: "t2" });
  });
  await assert.rejects(tokens.get(), /no password/);
  assert.equal((await tokens.get()).value, "t2");
});

test("tokenSource() renews before the token expires", async () => {
  let nowMs = 0;
  let logins = 0;
  const login = async () => ({ value: `t${++logins}`, expiresAtMs: nowMs + 3_600_000 });
  const tokens = tokenSource(login, { now: () => nowMs });
  assert.equal((await tokens.get()).value, "t1");
  nowMs = 3_600_000 - 60_001;
  assert.equal((await tokens.get()).value, "t1");
  nowMs = 3_600_000 - 60_000;
  assert.equal((await tokens.get()).value, "t2");
});

test("tokenSource() renews a short-lived token in the last tenth of its life, not at every call", async () => {
  let nowMs = 0;
  let logins = 0;
  const tokens = tokenSource(async () => ({ value: `t${++logins}`, expiresAtMs: nowMs + 10_000 }), {
    now: () => nowMs,
  });
  await tokens.get();
  nowMs = 8_999;
  assert.equal((await tokens.get()).value, "t1");
  nowMs = 9_000;
  assert.equal((await tokens.get()).value, "t2");
});

test("tokenSource() uses a token that looks expired on arrival until it is refused", async () => {
  let logins = 0;
  const tokens = tokenSource(async () => ({ value: `t${++logins}`, expiresAtMs: 5 }), { now: () => 10 });
  const token = await tokens.get();
  assert.equal((await tokens.get()).value, "t1");
  tokens.invalidate(token);
  assert.equal((await tokens.get()).value, "t2");
});

test("tokenSource() forgets only the token that was refused", async () => {
  let logins = 0;
  const tokens = tokenSource(async () => ({ value: `t${++logins}` }));
  const first = await tokens.get();
  tokens.invalidate(first);
  const second = await tokens.get();
  tokens.invalidate(first);
  assert.equal(await tokens.get(), second);
});

test("tokenSource() leaves no listener on a caller's signal", async () => {
  const tokens = tokenSource(async () => ({ value: "t1" }));
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners -= 1;
    removeEventListener.apply(signal, args);
  };
  await tokens.get(signal);
  await Promise.resolve();
  assert.equal(listeners, 0);
});

test("tokenSource().forget() drops the token, and what a login under way will give", async () => {
  const { login, take, underWay } = manualLogin();
  const tokens = tokenSource(login);
  const waiting = tokens.get();
  tokens.forget();
  take().resolve({ value: "t1" });
  assert.equal((await waiting).value, "t1");
  assert.equal(tokens.current, undefined);
  void tokens.get();
  assert.equal(underWay(), 1);
  take().resolve({ value: "t2" });
});

test("tokenSource() tells of every login, without its token, and ignores what the hook throws", async () => {
  const events: unknown[] = [];
  const results = [Promise.resolve({ value: "secret", expiresAtMs: 90 }), Promise.reject(new Error("wrong password"))];
  results[1]?.catch(() => undefined);
  const tokens = tokenSource(() => results.shift() ?? assert.fail("one login too many"), {
    now: () => 5,
    onRenewal(event) {
      events.push(event);
      throw new Error("a bug in a hook");
    },
  });
  await tokens.get();
  tokens.forget();
  await assert.rejects(tokens.get(), /wrong password/);
  assert.deepEqual(events, [
    { durationMs: 0, expiresAtMs: 90 },
    { durationMs: 0, error: new Error("wrong password") },
  ]);
});
