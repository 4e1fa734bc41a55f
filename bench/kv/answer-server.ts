import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { grpcMessage } from "../../test/support/http2-frames.js";
import { longLivedToken } from "./long-lived-token.js";

/*
 * Answers every call of an rpc alike, out of prepared bytes: a server that looks at requests needs longer for a call than
 * the clients that are compared. Prints its port.
 */
const { authenticate, get, put } = ScoriaDB.method;

const answers: Readonly<Record<string, Buffer>> = {
  [pathOf(authenticate)]: answer(authenticate.output, { jwtToken: longLivedToken }),
  [pathOf(get)]: answer(get.output, { found: true, value: new Uint8Array(100).fill(118) }),
  [pathOf(put)]: answer(put.output, { commitTs: 1_000_000n }),
};

const server = createServer();
server.on("stream", (stream, headers) => {
  stream.on("error", () => undefined); // a client that goes away is no failure here
  stream.resume();
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(answers[headers[":path"] ?? ""]);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

function pathOf({ name }: { readonly name: string }): string {
  return `/${ScoriaDB.typeName}/${name}`;
}

function answer<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): Buffer {
  return grpcMessage(toBinary(schema, create(schema, message)));
}
