import assert from "node:assert/strict";
import { test } from "node:test";
import { randomUuid } from "./random-uuid.js";

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("randomUuid() makes uuids of version 4, also where crypto.randomUUID() is missing", (t) => {
  assert.match(randomUuid(), form);
  const own = Object.getOwnPropertyDescriptor(crypto, "randomUUID");
  t.after(() => {
    if (own) Object.defineProperty(crypto, "randomUUID", own);
    else Reflect.deleteProperty(crypto, "randomUUID");
  });
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  const made = Array.from({ length: 100 }, randomUuid);
  for (const uuid of made) assert.match(uuid, form);
  assert.equal(new Set(made).size, 100);
});
