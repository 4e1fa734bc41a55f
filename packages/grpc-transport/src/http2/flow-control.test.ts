import assert from "node:assert/strict";
import { test } from "node:test";
import { ReceiveWindow, SendWindow } from "./flow-control.js";

test("SendWindow becomes negative when the initial window shrinks", () => {
  const window = new SendWindow(100);
  window.take(80);
  assert.equal(window.grow(-100), true);
  assert.equal(window.available, -80);
});

test("SendWindow tells when it overflows", () => {
  const window = new SendWindow(65_535);
  assert.equal(window.grow(0x7fffffff - 65_535), true);
  assert.equal(window.grow(1), false);
});

test("ReceiveWindow announces what was consumed once it is half the window", () => {
  const window = new ReceiveWindow(100);
  assert.equal(window.take(90), true);
  assert.equal(window.release(49), 0);
  assert.equal(window.release(1), 50);
  assert.equal(window.take(60), true);
  assert.equal(window.take(1), false);
});

test("ReceiveWindow of one byte announces every byte", () => {
  const window = new ReceiveWindow(1);
  assert.equal(window.take(1), true);
  assert.equal(window.release(1), 1);
});

test("ReceiveWindow allows what was granted until it shrinks", () => {
  const window = new ReceiveWindow(10, 100);
  assert.equal(window.take(50), true);
  window.shrink(90);
  assert.equal(window.release(50), 50);
  assert.equal(window.take(10), true);
  assert.equal(window.take(1), false);
});
