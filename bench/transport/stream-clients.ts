import * as http2 from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { createFastGrpcTransport, type MessageCodec } from "@pumice/grpc-transport";
import { DCB, type ReadRequest, ReadRequestSchema, ReadResponseSchema } from "@pumice/stubs/umadb";

/** Reads 100,000 messages, whatever they hold. */
export type ReadAll = () => Promise<void>;

const request: ReadRequest = create(ReadRequestSchema);

/** Hands out the same message every time: what is left is what the transport does. */
const undecoded: MessageCodec = {
  encode: (message) => toBinary(ReadRequestSchema, create(ReadRequestSchema, message)),
  decode: () => nothing,
};
const nothing = create(ReadResponseSchema);

export const streamClients: Readonly<Record<string, (url: string) => ReadAll>> = {
  "fast, not decoded": (baseUrl) => overConnect(createFastGrpcTransport({ baseUrl, codecs: () => undecoded })),
  fast: (baseUrl) => overConnect(createFastGrpcTransport({ baseUrl })),
  stock: (baseUrl) => overConnect(createGrpcTransport({ baseUrl })),
  "raw http2, bytes": rawHttp2,
  "no wire at all": () => overConnect(wireless),
};

/** What Connect's own iteration costs, with nothing below it. */
const wireless: Transport = {
  unary: () => Promise.reject(new Error("Only streams are measured")),
  async stream(method) {
    let left = 100_000;
    const next = async () => (left-- > 0 ? { done: false, value: nothing } : { done: true, value: undefined });
    const message = { [Symbol.asyncIterator]: () => ({ next }) } as never;
    const [header, trailer] = [new Headers(), new Headers()];
    return { stream: true, service: method.parent, method, header, trailer, message };
  },
};

function overConnect(transport: Transport): ReadAll {
  const client = createClient(DCB, transport);
  return async () => {
    let messages = 0;
    for await (const _ of client.read(request)) messages++;
    if (messages !== 100_000) throw new Error(`Cannot compare: ${messages} messages came instead of 100,000`);
  };
}

function rawHttp2(url: string): ReadAll {
  const session = http2.connect(url);
  const message = toBinary(ReadRequestSchema, request);
  const framed = Buffer.alloc(5 + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, 5);
  return () =>
    new Promise((resolve, reject) => {
      const stream = session.request({
        ":method": "POST",
        ":path": "/umadb.v1.DCB/Read",
        te: "trailers",
        "content-type": "application/grpc",
      });
      stream.on("data", () => undefined); // reading is all there is to do
      stream.on("error", reject);
      stream.on("end", resolve);
      stream.end(framed);
    });
}
