import assert from "node:assert/strict";
import { test } from "node:test";
import { plainSettings, settingsMessage } from "./database-settings.js";

test("settings go into a message and come back, zeros and all, without those left out", () => {
  const settings = {
    maxKeyLen: 512,
    autoload: false,
    syncFrequency: 0n,
    indexSettings: { flushThreshold: 0, cleanupPercentage: 0.5, renewSnapRootAfter: 5n },
    replicationSettings: { primaryHost: "" },
  };
  const message = settingsMessage({ ...settings, fileSize: undefined });
  assert.equal(message.maxKeyLen?.value, 512);
  assert.equal(message.autoload?.value, false);
  assert.equal(message.fileSize, undefined);
  assert.deepEqual(plainSettings(message), settings);
  assert.deepEqual(plainSettings(undefined), {});
});

test("settingsMessage() refuses names that are none, at any depth", () => {
  const wrong: object[] = [{ maxKeyLength: 1 }, { indexSettings: { threshold: 1 } }, { indexSettings: 5 }];
  for (const settings of wrong) assert.throws(() => settingsMessage(settings), TypeError);
});
