import type { ConnectionOptions as TlsOptions } from "node:tls";
import type {
  BinaryReadOptions,
  BinaryWriteOptions,
  DescMessage,
  DescMethod,
  JsonReadOptions,
  JsonWriteOptions,
} from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { AbortHub } from "./abort-hub.js";
import type { CallContext, MethodPlan } from "./call-context.js";
import { gzipCompression } from "./gzip-compression.js";
import { encodeHeaders } from "./http2/hpack-encoder.js";
import { binaryCodec, jsonCodec, type MessageCodec } from "./message-codec.js";
import { interceptStream, interceptUnary } from "./run-interceptors.js";
import { Session } from "./session.js";
import type { TranslateStatusDetails } from "./status.js";
import { runStreamingCall } from "./streaming-call.js";
import { runUnaryCall } from "./unary-call.js";

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

/** A Connect transport that owns its connection. */
export interface FastGrpcTransport extends Transport {
  /**
   * Closes the connection at once: running calls fail as `unavailable`, and so does every later one.
   *
   * Not needed for the process to end: an idle connection does not hold it.
   */
  close(): void;
}

const LARGEST_MESSAGE = 0xffffffff;
const LARGEST_WINDOW = 0x7fffffff;
const USER_AGENT = "pumice-grpc-transport/0.1.0";

/**
 * A gRPC transport over an HTTP/2 connection of its own, for any client made by Connect. Nothing connects before the
 * first call; a lost connection is replaced by the next one.
 *
 * Errors are always `ConnectError`. Those of calls that no server can have processed carry the property
 * `Symbol.for("@pumice/never-sent")`: they can be repeated whatever they do.
 *
 * @throws TypeError for a `baseUrl` that is no URL, or neither `http:` nor `https:`.
 * @throws RangeError for a limit or time that makes no sense.
 * @example
 * const transport = createFastGrpcTransport({ baseUrl: "http://localhost:50051" });
 * const health = createClient(Health, transport);
 */
export function createFastGrpcTransport(options: FastGrpcTransportOptions): FastGrpcTransport {
  const url = parseBaseUrl(options.baseUrl);
  const { interceptors = [], defaultTimeoutMs } = options;
  const context = callContext(url, options);
  const planFor = planner(url, options);

  return {
    unary(method, signal, timeoutMs = defaultTimeoutMs, header, message, contextValues) {
      const plan = planFor(method);
      if (plan instanceof ConnectError) return Promise.reject(plan);
      const request = { signal, timeoutMs, header, message: message as object };
      if (interceptors.length === 0) return runUnaryCall(context, plan, request);
      const run = { interceptors, aborts: context.aborts, url: plan.url, contextValues };
      return interceptUnary(run, method, request, (inner) => runUnaryCall(context, plan, inner));
    },
    stream(method, signal, timeoutMs = defaultTimeoutMs, header, input, contextValues) {
      const plan = planFor(method);
      if (plan instanceof ConnectError) return Promise.reject(plan);
      const request = { signal, timeoutMs, header, message: input as AsyncIterable<object> };
      if (interceptors.length === 0) return runStreamingCall(context, plan, request);
      const run = { interceptors, aborts: context.aborts, url: plan.url, contextValues };
      return interceptStream(run, method, request, (inner) => runStreamingCall(context, plan, inner));
    },
    close() {
      context.session.close();
    },
  };
}

function parseBaseUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new TypeError(`Cannot create the transport: baseUrl must be an http: or https: URL, got "${baseUrl}"`);
}

function callContext(url: URL, options: FastGrpcTransportOptions): CallContext {
  const { acceptCompression = [gzipCompression], useBinaryFormat = true, connectionWindowBytes = 8_388_608 } = options;
  return {
    session: new Session({
      url,
      tls: options.nodeOptions,
      http2: {
        streamWindowBytes: checked("streamWindowBytes", options.streamWindowBytes ?? 524_288, 1, LARGEST_WINDOW),
        connectionWindowBytes: checked("connectionWindowBytes", connectionWindowBytes, 65_535, LARGEST_WINDOW),
        maxHeaderValueBytes: options.maxHeaderValueBytes,
      },
      connectTimeoutMs: checkedMs("connectTimeoutMs", options.connectTimeoutMs ?? 20_000),
      pingIntervalMs: checkedMs("pingIntervalMs", options.pingIntervalMs ?? Number.POSITIVE_INFINITY),
      pingTimeoutMs: checkedMs("pingTimeoutMs", options.pingTimeoutMs ?? 15_000),
      pingIdleConnection: options.pingIdleConnection ?? false,
      idleConnectionTimeoutMs: checkedMs("idleConnectionTimeoutMs", options.idleConnectionTimeoutMs ?? 900_000),
    }),
    aborts: new AbortHub(),
    readMaxBytes: checked("readMaxBytes", options.readMaxBytes ?? LARGEST_MESSAGE, 1),
    writeMaxBytes: checked("writeMaxBytes", options.writeMaxBytes ?? LARGEST_MESSAGE, 1),
    receiveHighWaterMarkBytes: checked("receiveHighWaterMarkBytes", options.receiveHighWaterMarkBytes ?? 524_288, 1),
    contentTypes: new Set(useBinaryFormat ? ["application/grpc", "application/grpc+proto"] : ["application/grpc+json"]),
    accepted: new Map(acceptCompression.map((compression) => [compression.name, compression])),
    sendCompression: options.sendCompression,
    compressMinBytes: options.compressMinBytes ?? 1024,
    translateStatusDetails: options.translateStatusDetails,
  };
}

function checked(name: string, value: number, lowest: number, highest: number = LARGEST_MESSAGE): number {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw new RangeError(
    `Cannot create the transport: ${name} must be a whole number from ${lowest} to ${highest}, got ${value}`,
  );
}

/** Any time above 0; Infinity never comes. */
function checkedMs(name: string, value: number): number {
  if (value > 0) return value;
  throw new RangeError(`Cannot create the transport: ${name} must be a number of milliseconds > 0, got ${value}`);
}

/** Finds the plan of a method; the first call of a method makes it. An error if the hook for codecs throws. */
function planner(
  url: URL,
  options: FastGrpcTransportOptions,
): <M extends DescMethod>(method: M) => MethodPlan<M> | ConnectError {
  const plans = new WeakMap<DescMethod, MethodPlan>();
  const userAgentBlock = encodeHeaders(["user-agent", USER_AGENT]);
  const makePlan = (method: DescMethod): MethodPlan => {
    const path = `${url.pathname.replace(/\/+$/, "")}/${method.parent.typeName}/${method.name}`;
    return {
      method,
      url: url.origin + path,
      input: codecFor(method.input, options),
      output: codecFor(method.output, options),
      headerBlock: encodeHeaders(commonFields(url, path, options)),
      userAgentBlock,
    };
  };
  return <M extends DescMethod>(method: M) => {
    try {
      let plan = plans.get(method);
      if (!plan) {
        plan = makePlan(method);
        plans.set(method, plan);
      }
      return plan as MethodPlan<M>; // made from this very method
    } catch (error) {
      return ConnectError.from(error, Code.Internal);
    }
  };
}

function commonFields(url: URL, path: string, options: FastGrpcTransportOptions): string[] {
  const { useBinaryFormat = true, acceptCompression = [gzipCompression], sendCompression } = options;
  const fields = [":method", "POST", ":scheme", url.protocol.slice(0, -1), ":path", path, ":authority", url.host];
  fields.push("te", "trailers", "content-type", useBinaryFormat ? "application/grpc+proto" : "application/grpc+json");
  if (sendCompression) fields.push("grpc-encoding", sendCompression.name);
  if (acceptCompression.length > 0) {
    fields.push("grpc-accept-encoding", acceptCompression.map((compression) => compression.name).join(","));
  }
  return fields;
}

function codecFor(desc: DescMessage, options: FastGrpcTransportOptions): MessageCodec {
  if (options.useBinaryFormat === false) return jsonCodec(desc, options.jsonOptions);
  return options.codecs?.(desc) ?? binaryCodec(desc, options.binaryOptions);
}
