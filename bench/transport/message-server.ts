import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { ReadResponseSchema } from "@pumice/stubs/umadb";

/*
 * Answers every call with 100,000 messages that were encoded beforehand, as fast as node:http2 takes them. UmaDB itself
 * needs 100 us for a message of one event, which would hide the clients. Prints its port.
 */
const event = { eventType: "Counted", data: new Uint8Array(20) };
const message = toBinary(ReadResponseSchema, create(ReadResponseSchema, { events: [{ position: 1n, event }] }));
const frame = Buffer.alloc(5 + message.length);
frame.writeUInt32BE(message.length, 1);
frame.set(message, 5);
const thousand = Buffer.concat(Array.from({ length: 1000 }, () => frame));

const server = http2.createServer();
server.on("stream", (stream) => {
  stream.on("error", () => undefined); // a client that goes away is no failure here
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  let left = 100;
  const write = (): void => {
    while (left-- > 0) if (!stream.write(thousand)) return;
    stream.end();
  };
  stream.on("drain", write);
  write();
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
