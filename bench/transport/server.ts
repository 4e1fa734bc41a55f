import http2 from "node:http2";
import type { AddressInfo } from "node:net";

/*
 * The smallest gRPC server: answers every call with the bytes of an empty message. Prints its port. It runs in a
 * process of its own, so that only the client's CPU is counted.
 */
const emptyMessage = Buffer.alloc(5);
const server = http2.createServer({ settings: { maxConcurrentStreams: 1000 } });
server.on("stream", (stream) => {
  stream.on("error", () => undefined);
  stream.resume();
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(emptyMessage);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
