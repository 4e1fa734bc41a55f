import { create, createFileRegistry } from "@bufbuild/protobuf";
import type { GenService } from "@bufbuild/protobuf/codegenv2";
import {
  type BytesValueSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_wrappers,
  MethodDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

/**
 * A service whose messages are plain bytes, so that a server in any language needs no generated code. What a server
 * does beyond sending back what it gets, request headers tell it:
 *
 * | header | meaning |
 * |---|---|
 * | `x-count` | how many messages ServerStream answers; 1 if absent |
 * | `x-fail` | the status to end with, as a number, after the messages; the text is `asked to fail: ü` |
 * | `x-hang` | sleep for a minute before the end |
 * | `x-echo`, `x-echo-bin` | come back in the response headers and in the trailers |
 *
 * ClientStream answers the number of bytes it got, as decimal text.
 */
export const Echo = echoService();

type Bytes = typeof BytesValueSchema;
type EchoService = GenService<{
  unary: { methodKind: "unary"; input: Bytes; output: Bytes };
  serverStream: { methodKind: "server_streaming"; input: Bytes; output: Bytes };
  clientStream: { methodKind: "client_streaming"; input: Bytes; output: Bytes };
  bidi: { methodKind: "bidi_streaming"; input: Bytes; output: Bytes };
}>;

function echoService(): EchoService {
  const type = ".google.protobuf.BytesValue";
  const method = (name: string, clientStreaming: boolean, serverStreaming: boolean) =>
    create(MethodDescriptorProtoSchema, { name, inputType: type, outputType: type, clientStreaming, serverStreaming });
  const file = create(FileDescriptorProtoSchema, {
    name: "pumice/test/echo.proto",
    package: "pumice.test",
    syntax: "proto3",
    dependency: ["google/protobuf/wrappers.proto"],
    service: [
      {
        name: "Echo",
        method: [
          method("Unary", false, false),
          method("ServerStream", false, true),
          method("ClientStream", true, false),
          method("Bidi", true, true),
        ],
      },
    ],
  });
  const registry = createFileRegistry(file, (name) =>
    name === "google/protobuf/wrappers.proto" ? file_google_protobuf_wrappers : undefined,
  );
  const service = registry.getService("pumice.test.Echo");
  if (!service) throw new Error("Cannot make the echo service: its descriptor has none");
  return service as EchoService; // the methods above are those of the type
}
