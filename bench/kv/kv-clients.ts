import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { connectKv } from "@pumice/kv-client";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { longLivedToken } from "./long-lived-token.js";

/** The calls of a client that are measured. */
export interface KvCalls {
  readonly get: () => Promise<unknown>;
  readonly put: () => Promise<unknown>;
}

const [key, value] = ["user:12345", "v".repeat(100)];
const timeoutMs = 30_000;
const authorization = `Bearer ${longLivedToken}`;

/** All that are compared; each gets key and value as text, sends a token and a deadline, and decodes with protobuf-es. */
export const kvClients: Readonly<Record<string, (url: string) => KvCalls>> = {
  facade(url) {
    const kv = connectKv(url, { username: "admin", password: "admin" });
    return { get: () => kv.get(key), put: () => kv.put(key, value) };
  },
  "bare stub": (baseUrl) => {
    const stub = createClient(ScoriaDB, createFastGrpcTransport({ baseUrl }));
    const options = { headers: { authorization }, timeoutMs, signal: new AbortController().signal };
    const encoder = new TextEncoder();
    return {
      get: () => stub.get({ key: encoder.encode(key) }, options),
      put: () => stub.put({ key: encoder.encode(key), value: encoder.encode(value) }, options),
    };
  },
  "grpc-js"(url) {
    const client = new grpc.Client(new URL(url).host, grpc.credentials.createInsecure());
    const encoder = new TextEncoder();
    const { get, put } = ScoriaDB.method;
    const call = (method: typeof get | typeof put, request: () => { key: Uint8Array; value?: Uint8Array }) => () =>
      new Promise((resolve, reject) => {
        const metadata = new grpc.Metadata();
        metadata.set("authorization", authorization);
        client.makeUnaryRequest(
          `/${ScoriaDB.typeName}/${method.name}`,
          (bytes: Buffer) => bytes,
          (bytes: Buffer) => fromBinary(method.output, bytes),
          Buffer.from(toBinary(method.input, create(method.input, request()))),
          metadata,
          { deadline: Date.now() + timeoutMs },
          (error, answer) => (error ? reject(error) : resolve(answer)),
        );
      });
    return {
      get: call(get, () => ({ key: encoder.encode(key) })),
      put: call(put, () => ({ key: encoder.encode(key), value: encoder.encode(value) })),
    };
  },
};
