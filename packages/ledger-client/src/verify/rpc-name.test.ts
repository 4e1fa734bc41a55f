import assert from "node:assert/strict";
import { test } from "node:test";
import { ImmuService } from "@pumice/stubs/immudb";
import { rpcName } from "./rpc-name.js";

test("rpcName() is the name that the stubs have", () => {
  const { parent, name } = ImmuService.method.verifiableGet;
  assert.equal(rpcName("VerifiableGet"), `${parent.typeName}/${name}`);
});
