import http2 from "node:http2";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BytesValueSchema } from "@bufbuild/protobuf/wkt";
import { createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { credentials, Client as GrpcClient, Metadata } from "@grpc/grpc-js";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { Echo } from "../../test/transport/echo-service.js";

/** Makes one small unary call, with headers, timeout and signal. */
export type Call = () => Promise<unknown>;

const identity: Interceptor = (next) => (request) => next(request);

/** What is compared, by name. */
export const subjects: Readonly<Record<string, (url: string) => Call>> = {
  "@pumice/grpc-transport": (baseUrl) => throughConnect(createFastGrpcTransport({ baseUrl })),
  "@pumice/grpc-transport, one interceptor": (baseUrl) =>
    throughConnect(createFastGrpcTransport({ baseUrl, interceptors: [identity] })),
  "@connectrpc/connect-node": (baseUrl) => throughConnect(createGrpcTransport({ baseUrl })),
  "@grpc/grpc-js": grpcJs,
  "node:http2, bare": bareHttp2,
};

function throughConnect(transport: Transport): Call {
  const client = createClient(Echo, transport);
  const { signal } = new AbortController();
  const options = { signal, timeoutMs: 10_000, headers: { authorization: "Bearer some-token" } };
  return () => client.unary({ value: new Uint8Array(4) }, options);
}

function grpcJs(url: string): Call {
  const client = new GrpcClient(url.replace("http://", ""), credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("authorization", "Bearer some-token");
  const encode = (message: { value: Uint8Array }) =>
    Buffer.from(toBinary(BytesValueSchema, create(BytesValueSchema, message)));
  const decode = (bytes: Buffer) => fromBinary(BytesValueSchema, bytes);
  return () =>
    new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + 10_000 };
      const onAnswer = (error: Error | null, value: unknown) => (error ? reject(error) : resolve(value));
      const message = { value: new Uint8Array(4) };
      client.makeUnaryRequest("/test.Echo/Unary", encode, decode, message, metadata, options, onAnswer);
    });
}

/** Requests of the same shape, their answers read and thrown away: no gRPC, no limits, no timeout. */
function bareHttp2(url: string): Call {
  const session = http2.connect(url);
  const body = Buffer.from([0, 0, 0, 0, 6, 10, 4, 0, 0, 0, 0]);
  const headers = {
    ":method": "POST",
    ":path": "/test.Echo/Unary",
    te: "trailers",
    "content-type": "application/grpc+proto",
    "grpc-timeout": "10000m",
    authorization: "Bearer some-token",
  };
  return () =>
    new Promise((resolve, reject) => {
      const stream = session.request(headers);
      stream
        .on("data", () => undefined)
        .on("error", reject)
        .on("close", resolve);
      stream.end(body);
    });
}
