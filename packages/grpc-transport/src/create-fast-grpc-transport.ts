import { ConnectError, type Transport } from "@connectrpc/connect";
import { AbortHub } from "./abort-hub.js";
import type { CallContext } from "./call-context.js";
import type { FastGrpcTransportOptions } from "./fast-grpc-transport-options.js";
import { gzipCompression } from "./gzip-compression.js";
import { planner } from "./method-plan.js";
import { interceptStream, interceptUnary } from "./run-interceptors.js";
import { Session } from "./session.js";
import { runStreamingCall } from "./streaming-call.js";
import { runUnaryCall } from "./unary-call.js";

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
