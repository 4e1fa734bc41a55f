import { create, createFileRegistry, type Message } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import {
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { callWire } from "../faults/call-wire.js";
import { readerGone } from "./reader-gone.js";
import type { Wakeup } from "./wakeup.js";

/** What the health of a server depends on. */
export interface HealthScope {
  /** The services that are known; the empty name stands for the server. */
  readonly serviceNames: readonly string[];
  /** True once the server stops. */
  hasEnded(): boolean;
  /** Wakes when the server stops. */
  readonly wakeup: Wakeup;
}

/** Adds `grpc.health.v1.Health` to a router, with Check and Watch, as UmaDB has it. It needs no key. */
export function registerHealth(router: ConnectRouter, { serviceNames, hasEnded, wakeup }: HealthScope): void {
  const statusOf = ({ service }: { service: string }): { status: number } => {
    if (service !== "" && !serviceNames.includes(service)) {
      throw new ConnectError("service not registered", Code.NotFound);
    }
    return { status: hasEnded() ? notServing : serving };
  };
  router.service(healthService(), {
    check: statusOf,
    async *watch(request, { signal, values }) {
      const reader = readerGone(values.get(callWire), signal);
      const first = statusOf(request);
      yield first;
      if (first.status === notServing) return;
      while (!hasEnded() && !reader.aborted) await wakeup.wait(reader);
      if (hasEnded()) yield statusOf(request);
    },
  });
}

/** The numbers of `HealthCheckResponse.ServingStatus`. */
const serving = 1;
const notServing = 2;

/** By hand, as it is small and no contract of ours; an int32 reads and writes the status as the enum it is would. */
function healthService(): HealthService {
  const file = create(FileDescriptorProtoSchema, {
    name: "grpc/health/v1/health.proto",
    package: "grpc.health.v1",
    syntax: "proto3",
    messageType: [
      { name: "HealthCheckRequest", field: [field("service", Type.STRING)] },
      { name: "HealthCheckResponse", field: [field("status", Type.INT32)] },
    ],
    service: [
      {
        name: "Health",
        method: [
          { name: "Check", ...messages },
          { name: "Watch", ...messages, serverStreaming: true },
        ],
      },
    ],
  });
  const service = createFileRegistry(file, () => undefined).getService("grpc.health.v1.Health");
  if (!service) throw new Error("The health service is not in its own file");
  return service as HealthService; // as it is written above
}

type HealthMessages = {
  input: GenMessage<Message<"grpc.health.v1.HealthCheckRequest"> & { service: string }>;
  output: GenMessage<Message<"grpc.health.v1.HealthCheckResponse"> & { status: number }>;
};
type HealthService = GenService<{
  check: HealthMessages & { methodKind: "unary" };
  watch: HealthMessages & { methodKind: "server_streaming" };
}>;

const messages = {
  inputType: ".grpc.health.v1.HealthCheckRequest",
  outputType: ".grpc.health.v1.HealthCheckResponse",
};

function field(name: string, type: Type): FieldDescriptorProto {
  return create(FieldDescriptorProtoSchema, { name, number: 1, type, label: Label.OPTIONAL, jsonName: name });
}
