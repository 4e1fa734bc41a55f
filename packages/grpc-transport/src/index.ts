export { createFastGrpcTransport, type FastGrpcTransport } from "./create-fast-grpc-transport.js";
export type { FastGrpcTransportOptions } from "./fast-grpc-transport-options.js";
export { gzipCompression } from "./gzip-compression.js";
export type { MessageCodec } from "./message-codec.js";
export { neverSent } from "./never-sent.js";
export type { StatusParts, TranslateStatusDetails } from "./status.js";
