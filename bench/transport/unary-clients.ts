import * as http2 from "node:http2";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import * as grpc from "@grpc/grpc-js";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { callHeaders, callTimeoutMs, type Target } from "./targets.js";

/** Makes one call; resolves with its answer. */
export type Call = () => Promise<unknown>;

const identity: Interceptor = (next) => (request) => next(request);

/** All that are compared; every one encodes and decodes with protobuf-es' own codec. */
export const unaryClients: Readonly<Record<string, (url: string, target: Target) => Call>> = {
  fast: (baseUrl, target) => overConnect(createFastGrpcTransport({ baseUrl }), target),
  "fast, interceptor": (baseUrl, target) =>
    overConnect(createFastGrpcTransport({ baseUrl, interceptors: [identity] }), target),
  stock: (baseUrl, target) => overConnect(createGrpcTransport({ baseUrl }), target),
  "grpc-js": grpcJs,
  "raw http2": rawHttp2,
};

/** With headers, a deadline, and a signal that all calls share. */
function overConnect(transport: Transport, { connect }: Target): Call {
  const options = { headers: callHeaders, timeoutMs: callTimeoutMs, signal: new AbortController().signal };
  const call = connect(transport);
  return () => call(options);
}

function grpcJs(url: string, { method, path }: Target): Call {
  const client = new grpc.Client(new URL(url).host, grpc.credentials.createInsecure());
  const encode = (): Buffer => Buffer.from(toBinary(method.input, create(method.input)));
  const decode = (bytes: Buffer): unknown => fromBinary(method.output, bytes);
  return () =>
    new Promise((resolve, reject) => {
      const metadata = new grpc.Metadata();
      for (const [name, value] of Object.entries(callHeaders)) metadata.set(name, value);
      const options = { deadline: Date.now() + callTimeoutMs };
      client.makeUnaryRequest(path, encode, decode, undefined, metadata, options, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
}

/** The least that node:http2 can do it with: no deadline, no signal, no status but OK. */
function rawHttp2(url: string, { method, path }: Target): Call {
  const session = http2.connect(url);
  const headers = {
    ":method": "POST",
    ":path": path,
    te: "trailers",
    "content-type": "application/grpc+proto",
    ...callHeaders,
  };
  return () =>
    new Promise((resolve, reject) => {
      const stream = session.request(headers);
      const chunks: Buffer[] = [];
      let status: unknown;
      stream.on("trailers", (trailers) => {
        status = trailers["grpc-status"];
      });
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", reject);
      stream.on("end", () => {
        const [first] = chunks;
        if (status !== "0" || first === undefined) reject(new Error(`Cannot call ${path}: status ${status}`));
        else resolve(fromBinary(method.output, (chunks.length === 1 ? first : Buffer.concat(chunks)).subarray(5)));
      });
      const request = toBinary(method.input, create(method.input));
      const framed = Buffer.alloc(5 + request.length);
      framed.writeUInt32BE(request.length, 1);
      framed.set(request, 5);
      stream.end(framed);
    });
}
