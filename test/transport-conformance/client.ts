import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  ClientCompatRequestSchema,
  type ClientCompatResponse,
  ClientCompatResponseSchema,
} from "./gen/connectrpc/conformance/v1/client_compat_pb.js";
import { runTestCase } from "./run-test-case.js";

/*
 * The program that the suite drives: length-prefixed requests on stdin, answers in any order on stdout. With the
 * argument `intercepted`, every call runs through an interceptor that does nothing.
 */
const intercepted = process.argv.includes("intercepted");
process.on("SIGTERM", () => process.exit(0));

let pending: Buffer = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  pending = Buffer.concat([pending, chunk as Buffer]);
  while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
    const end = 4 + pending.readUInt32BE(0);
    const request = fromBinary(ClientCompatRequestSchema, pending.subarray(4, end));
    pending = pending.subarray(end);
    runTestCase(request, intercepted).then(write);
  }
}

function write(response: ClientCompatResponse): void {
  const bytes = toBinary(ClientCompatResponseSchema, response);
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(bytes.length);
  process.stdout.write(Buffer.concat([prefix, bytes]));
}
