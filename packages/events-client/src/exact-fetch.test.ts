import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { encodeBinaryHeader } from "@connectrpc/connect";
import { ErrorResponseSchema } from "@pumice/stubs/umadb";
import { withExactFetchErrors } from "./exact-fetch.js";
import { exactStatus } from "./exact-status.js";

const bare = encodeBinaryHeader(toBinary(ErrorResponseSchema, create(ErrorResponseSchema, { message: "no" })));

function frame(flags: number, payload: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(payload.length, 1);
  return Buffer.concat([prefix, payload]);
}

/** What comes through of a body that arrives in pieces. */
async function through(body: Buffer, pieceBytes: number, contentType = "application/grpc-web+proto"): Promise<Buffer> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < body.length; at += pieceBytes) {
        controller.enqueue(new Uint8Array(body.subarray(at, at + pieceBytes)));
      }
      controller.close();
    },
  });
  const fetch = withExactFetchErrors(async () => new Response(stream, { headers: { "content-type": contentType } }));
  return Buffer.from(await (await fetch("http://localhost")).arrayBuffer());
}

test("withExactFetchErrors() corrects the trailers in the body, however the body is split", async () => {
  const messages = Buffer.concat([
    frame(0, Buffer.from("one")),
    frame(0, Buffer.alloc(0)),
    frame(0, Buffer.alloc(300)),
  ]);
  const trailer = (details: string) =>
    frame(0x80, Buffer.from(`grpc-status: 9\r\ngrpc-status-details-bin: ${details}\r\n`));
  const exact = exactStatus(9, bare) ?? "";
  for (const pieceBytes of [1, 2, 5, 7, 64, 10_000]) {
    const received = await through(Buffer.concat([messages, trailer(bare)]), pieceBytes);
    assert.deepEqual(received.subarray(0, messages.length), messages);
    const text = received.subarray(messages.length + 5).toString();
    assert.equal(received.readUInt32BE(messages.length + 1), text.length);
    assert.deepEqual(text.split("\r\n").sort(), ["", `grpc-status-details-bin: ${exact}`, "grpc-status: 9"]);
  }
});

test("withExactFetchErrors() passes on what was cut off, and bodies of other kinds", async () => {
  const cut = frame(0x80, Buffer.from("grpc-status: 9\r\n")).subarray(0, 9);
  assert.deepEqual(await through(cut, 4), cut);
  const other = Buffer.from([0x80, 0, 0, 0, 1, 2, 3]);
  assert.deepEqual(await through(other, 3, "application/json"), other);
});

test("withExactFetchErrors() corrects the headers of an answer without a body", async () => {
  const headers = { "content-type": "application/grpc-web", "grpc-status": "9", "grpc-status-details-bin": bare };
  const fetch = withExactFetchErrors(async () => new Response(null, { headers }));
  const response = await fetch("http://localhost");
  assert.equal(response.headers.get("grpc-status-details-bin"), exactStatus(9, bare));
});
