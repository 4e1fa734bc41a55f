import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorResponse_ErrorType as ErrorType } from "@pumice/stubs/umadb";
import { normalUuid } from "./normal-uuid.js";

const uuid = "0123abcd-0000-4000-8000-00000000000a";

test("normalUuid() takes every form that the real server takes", () => {
  const forms = [uuid, uuid.toUpperCase(), `{${uuid}}`, `urn:uuid:${uuid}`, uuid.replaceAll("-", "")];
  for (const form of forms) assert.equal(normalUuid(form), uuid);
  assert.equal(normalUuid(""), "");
});

test("normalUuid() calls everything else corruption", () => {
  const wrong = ["x", ` ${uuid}`, `${uuid}\n`, `{${uuid.replaceAll("-", "")}}`, `URN:UUID:${uuid}`, uuid.slice(1)];
  for (const text of wrong) assert.throws(() => normalUuid(text), { errorType: ErrorType.CORRUPTION });
});
