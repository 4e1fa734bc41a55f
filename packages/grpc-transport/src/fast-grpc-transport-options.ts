import type { ConnectionOptions as TlsOptions } from "node:tls";
import type {
  BinaryReadOptions,
  BinaryWriteOptions,
  DescMessage,
  JsonReadOptions,
  JsonWriteOptions,
} from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { MessageCodec } from "./message-codec.js";
import type { TranslateStatusDetails } from "./status.js";

export interface FastGrpcTransportOptions {
  /** Where the server is: `http:` for HTTP/2 without TLS, `https:` with it. A path goes before every method's. */
  readonly baseUrl: string;
  /** Run around every call; the first one is outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** The deadline of calls that name none, in milliseconds. A call's own 0 means no deadline. */
  readonly defaultTimeoutMs?: number | undefined;

  /** Compressions the server may use, the most preferred first. @defaultValue gzip */
  readonly acceptCompression?: readonly Compression[] | undefined;
  /** Compresses requests; without it they go out as they are. */
  readonly sendCompression?: Compression | undefined;
  /** Smaller requests are not compressed. @defaultValue 1024 */
  readonly compressMinBytes?: number | undefined;
  /** A larger response message fails its call with `resource_exhausted` before it is buffered. @defaultValue 4294967295 */
  readonly readMaxBytes?: number | undefined;
  /** A larger request message fails its call with `resource_exhausted` before it is sent. @defaultValue 4294967295 */
  readonly writeMaxBytes?: number | undefined;

  /** False sends and expects JSON (`application/grpc+json`). @defaultValue true */
  readonly useBinaryFormat?: boolean | undefined;
  readonly binaryOptions?: Partial<BinaryReadOptions & BinaryWriteOptions> | undefined;
  readonly jsonOptions?: Partial<JsonReadOptions & JsonWriteOptions> | undefined;
  /** A faster codec for some messages; those without one get protobuf-es' own. Binary format only. */
  readonly codecs?: ((desc: DescMessage) => MessageCodec | undefined) | undefined;
  /** For servers that put something else than `google.rpc.Status` into `grpc-status-details-bin`. */
  readonly translateStatusDetails?: TranslateStatusDetails | undefined;

  /** Certificates, keys, `rejectUnauthorized` and the like for `node:tls`. */
  readonly nodeOptions?: TlsOptions | undefined;
  /** What the server may send ahead on one call, in bytes. @defaultValue 524288 */
  readonly streamWindowBytes?: number | undefined;
  /** What the server may send ahead on all calls together, in bytes; at least 65535. @defaultValue 8388608 */
  readonly connectionWindowBytes?: number | undefined;
  /** Unread messages of one call beyond which its window is not renewed, in bytes. @defaultValue 524288 */
  readonly receiveHighWaterMarkBytes?: number | undefined;
  /** Bytes of a response header that are kept; the rest is cut off, and the call goes on. @defaultValue 65536 */
  readonly maxHeaderValueBytes?: number | undefined;

  /**
   * How long it may take to connect, TLS and the server's first SETTINGS included, in milliseconds; Infinity waits for
   * ever. Then the calls that wait for the connection fail as `unavailable`, and the next one makes another.
   * @defaultValue 20000
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Silence after which a PING asks whether the server is there, in milliseconds. A connection that was idle for longer
   * is asked before the next call uses it. @defaultValue Infinity: never
   */
  readonly pingIntervalMs?: number | undefined;
  /** How long an answer may take before the connection counts as lost, in milliseconds. @defaultValue 15000 */
  readonly pingTimeoutMs?: number | undefined;
  /** Also ask while no call is open. @defaultValue false */
  readonly pingIdleConnection?: boolean | undefined;
  /** An idle connection is closed after this time, in milliseconds; Infinity keeps it. @defaultValue 900000 */
  readonly idleConnectionTimeoutMs?: number | undefined;
}
