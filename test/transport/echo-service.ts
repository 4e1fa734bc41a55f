import { create, createFileRegistry, type DescService } from "@bufbuild/protobuf";
import type { GenService } from "@bufbuild/protobuf/codegenv2";
import {
  type BytesValueSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";

type Bytes = typeof BytesValueSchema;

/** The smallest service that has every kind of method: bytes in, bytes out. */
export const Echo = echoService() as GenService<{
  unary: { methodKind: "unary"; input: Bytes; output: Bytes };
  serverStream: { methodKind: "server_streaming"; input: Bytes; output: Bytes };
  clientStream: { methodKind: "client_streaming"; input: Bytes; output: Bytes };
  bidi: { methodKind: "bidi_streaming"; input: Bytes; output: Bytes };
}>;

function echoService(): DescService {
  const method = (name: string, clientStreaming: boolean, serverStreaming: boolean) => {
    const type = ".google.protobuf.BytesValue";
    return { name, inputType: type, outputType: type, clientStreaming, serverStreaming };
  };
  const file = create(FileDescriptorProtoSchema, {
    name: "echo.proto",
    package: "test",
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
  const set = create(FileDescriptorSetSchema, { file: [file_google_protobuf_wrappers.proto, file] });
  const service = createFileRegistry(set).getService("test.Echo");
  if (!service) throw new Error("The descriptor has no service");
  return service;
}
