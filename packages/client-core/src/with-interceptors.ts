import type { DescMethod } from "@bufbuild/protobuf";
import {
  type ContextValues,
  createContextValues,
  type Interceptor,
  type Transport,
  type UnaryRequest,
} from "@connectrpc/connect";
import { runStreamingCall, runUnaryCall } from "@connectrpc/connect/protocol";

/**
 * Puts interceptors in front of a finished transport, which takes none itself any more. The first one is outermost.
 *
 * An interceptor may call `next` several times: each attempt gets the time that remains of the call's `timeoutMs`.
 * The request's `url` is the method's path alone; only the transport knows its host.
 */
export function withInterceptors(transport: Transport, interceptors: readonly Interceptor[]): Transport {
  if (interceptors.length === 0) return transport;
  return {
    unary(method, signal, timeoutMs, header, message, contextValues) {
      const remainingMs = countdown(timeoutMs);
      return runUnaryCall({
        ...runnerOptions(interceptors, signal, timeoutMs),
        req: { stream: false, ...requestBase(method, header, contextValues), method, message },
        next: (request) => {
          const { method, signal, header, message, contextValues } = request;
          return transport.unary(method, signal, remainingMs(), header, message, contextValues);
        },
      });
    },
    stream(method, signal, timeoutMs, header, input, contextValues) {
      const remainingMs = countdown(timeoutMs);
      return runStreamingCall({
        ...runnerOptions(interceptors, signal, timeoutMs),
        req: { stream: true, ...requestBase(method, header, contextValues), method, message: input },
        next: ({ method, signal, header, message, contextValues }) =>
          transport.stream(method, signal, remainingMs(), header, message, contextValues),
      });
    },
  };
}

interface RunnerOptions {
  interceptors: Interceptor[];
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Undefined leaves the deadline to the transport's own default; 0 or less means none. */
function runnerOptions(
  interceptors: readonly Interceptor[],
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
): RunnerOptions {
  const options: RunnerOptions = { interceptors: [...interceptors] };
  if (signal) options.signal = signal;
  if (timeoutMs !== undefined && timeoutMs > 0) options.timeoutMs = timeoutMs;
  return options;
}

type RequestBase = Omit<UnaryRequest, "stream" | "method" | "message" | "signal">;

function requestBase(method: DescMethod, header?: HeadersInit, contextValues?: ContextValues): RequestBase {
  return {
    service: method.parent,
    requestMethod: "POST",
    url: `/${method.parent.typeName}/${method.name}`,
    header: new Headers(header),
    contextValues: contextValues ?? createContextValues(),
  };
}

/** Milliseconds that remain, never less than 1: the runner's own deadline ends the call. */
function countdown(timeoutMs: number | undefined): () => number | undefined {
  if (timeoutMs === undefined || timeoutMs <= 0) return () => timeoutMs;
  const endsAtMs = performance.now() + timeoutMs;
  return () => Math.max(1, Math.ceil(endsAtMs - performance.now()));
}
