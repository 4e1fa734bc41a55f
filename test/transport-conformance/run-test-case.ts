import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { type Any, anyUnpack } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createFastGrpcTransport, type FastGrpcTransport, gzipCompression } from "@pumice/grpc-transport";
import {
  type ClientCompatRequest,
  type ClientCompatResponse,
  ClientCompatResponseSchema,
} from "./gen/connectrpc/conformance/v1/client_compat_pb.js";
import { Compression, StreamType } from "./gen/connectrpc/conformance/v1/config_pb.js";
import {
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  type ConformancePayload,
  ConformancePayloadSchema,
  ConformanceService,
  type Header,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  UnaryRequestSchema,
  UnimplementedRequestSchema,
} from "./gen/connectrpc/conformance/v1/service_pb.js";

const identity: Interceptor = (next) => (request) => next(request);

/** Makes the call that a test case describes and reports what came of it. */
export async function runTestCase(test: ClientCompatRequest, intercepted: boolean): Promise<ClientCompatResponse> {
  const transport = sharedTransport(test, intercepted);
  const observed = {
    header: new Headers(),
    trailer: new Headers(),
    sawHeader: false,
    payloads: [] as ConformancePayload[],
  };
  let error: ConnectError | undefined;
  try {
    await call(test, transport, observed);
  } catch (thrown) {
    error = ConnectError.from(thrown);
    for (const [name, value] of error.metadata) observed.trailer.set(name, value);
  }
  if (error && !observed.sawHeader) observed.header = new Headers(error.metadata);
  return create(ClientCompatResponseSchema, {
    testName: test.testName,
    result: {
      case: "response",
      value: {
        responseHeaders: toProto(observed.header),
        responseTrailers: toProto(observed.trailer),
        payloads: observed.payloads,
        ...(error && {
          error: {
            code: error.code as number,
            message: error.rawMessage,
            details: error.details.map((detail) =>
              "desc" in detail
                ? { typeUrl: "", value: new Uint8Array(0) }
                : { typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value },
            ),
          },
        }),
      },
    },
  });
}

interface Observed {
  header: Headers;
  trailer: Headers;
  sawHeader: boolean;
  readonly payloads: ConformancePayload[];
}

async function call(test: ClientCompatRequest, transport: FastGrpcTransport, observed: Observed): Promise<void> {
  const client = createClient(ConformanceService, transport);
  const controller = new AbortController();
  const options = {
    headers: new Headers(
      test.requestHeaders.flatMap(({ name, value }) => value.map((each): [string, string] => [name, each])),
    ),
    signal: controller.signal,
    ...(test.timeoutMs !== undefined && { timeoutMs: test.timeoutMs }),
    onHeader(header: Headers) {
      observed.header = header;
      observed.sawHeader = true;
    },
    onTrailer(trailer: Headers) {
      observed.trailer = trailer;
    },
  };
  const cancel = test.cancel?.cancelTiming;
  const cancelAfterCloseSend = (): void => {
    if (cancel?.case === "afterCloseSendMs") setTimeout(() => controller.abort(), cancel.value);
  };
  const delay = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, test.requestDelayMs));

  /** The requests, each after its delay; ends or is cancelled as the test says. */
  async function* requests<D extends DescMessage>(schema: D): AsyncGenerator<MessageInitShape<D>> {
    for (const any of test.requestMessages) {
      await delay();
      yield unpacked(schema, any);
    }
    if (cancel?.case === "beforeCloseSend") {
      controller.abort();
      await new Promise(() => undefined);
    }
    cancelAfterCloseSend();
  }

  async function read(responses: AsyncIterable<{ payload?: ConformancePayload | undefined }>): Promise<void> {
    if (cancel?.case === "afterNumResponses" && cancel.value === 0) controller.abort();
    for await (const { payload } of responses) {
      take(payload);
      if (cancel?.case === "afterNumResponses" && observed.payloads.length === cancel.value) controller.abort();
    }
  }

  function take(payload: ConformancePayload | undefined): void {
    observed.payloads.push(payload ?? create(ConformancePayloadSchema));
  }

  const [first] = test.requestMessages;
  switch (test.method) {
    case "Unary": {
      await delay();
      const response = client.unary(unpacked(UnaryRequestSchema, first), options);
      cancelAfterCloseSend();
      take((await response).payload);
      return;
    }
    case "IdempotentUnary": {
      await delay();
      const response = client.idempotentUnary(unpacked(IdempotentUnaryRequestSchema, first), options);
      cancelAfterCloseSend();
      take((await response).payload);
      return;
    }
    case "Unimplemented":
      await client.unimplemented(unpacked(UnimplementedRequestSchema, first), options);
      return;
    case "ServerStream": {
      await delay();
      const responses = client.serverStream(unpacked(ServerStreamRequestSchema, first), options);
      cancelAfterCloseSend();
      return await read(responses);
    }
    case "ClientStream":
      take((await client.clientStream(requests(ClientStreamRequestSchema), options)).payload);
      return;
    case "BidiStream":
      if (test.streamType === StreamType.FULL_DUPLEX_BIDI_STREAM) await fullDuplex();
      else await read(client.bidiStream(requests(BidiStreamRequestSchema), options));
      return;
    default:
      throw new ConnectError(`No such method: ${test.method}`, Code.Unimplemented);
  }

  /** Sends one, reads one. */
  async function fullDuplex(): Promise<void> {
    let permit: () => void = () => undefined;
    async function* inTurn(): AsyncGenerator<MessageInitShape<typeof BidiStreamRequestSchema>> {
      for await (const request of requests(BidiStreamRequestSchema)) {
        const permitted = new Promise<void>((resolve) => {
          permit = resolve;
        });
        yield request;
        await permitted;
      }
    }
    if (cancel?.case === "afterNumResponses" && cancel.value === 0) controller.abort();
    for await (const { payload } of client.bidiStream(inTurn(), options)) {
      take(payload);
      if (cancel?.case === "afterNumResponses" && observed.payloads.length === cancel.value) controller.abort();
      permit();
    }
  }
}

/** Calls that may share a connection do, as those of a program would. */
const transports = new Map<string, FastGrpcTransport>();

function sharedTransport(test: ClientCompatRequest, intercepted: boolean): FastGrpcTransport {
  const key = JSON.stringify([test.host, test.port, test.compression, test.clientTlsCreds !== undefined]);
  const transport = transports.get(key) ?? transportFor(test, intercepted);
  transports.set(key, transport);
  return transport;
}

function transportFor(test: ClientCompatRequest, intercepted: boolean): FastGrpcTransport {
  const secure = test.serverTlsCert.length > 0;
  const compressed = test.compression === Compression.GZIP;
  const credentials = test.clientTlsCreds;
  return createFastGrpcTransport({
    baseUrl: `${secure ? "https" : "http"}://${test.host}:${test.port}`,
    interceptors: intercepted ? [identity] : [],
    acceptCompression: compressed ? [gzipCompression] : [],
    sendCompression: compressed ? gzipCompression : undefined,
    compressMinBytes: -1,
    nodeOptions: secure
      ? {
          ca: Buffer.from(test.serverTlsCert),
          ...(credentials && { cert: Buffer.from(credentials.cert), key: Buffer.from(credentials.key) }),
        }
      : undefined,
  });
}

function unpacked<D extends DescMessage>(schema: D, any: Any | undefined): MessageInitShape<D> {
  const message = any && anyUnpack(any, schema);
  if (!message) throw new ConnectError(`The test has no ${schema.typeName}`, Code.Internal);
  return message as MessageInitShape<D>; // a whole message is an init shape, too
}

function toProto(headers: Headers): Pick<Header, "name" | "value">[] {
  return [...headers].map(([name, value]) => ({ name, value: value.split(", ") }));
}
