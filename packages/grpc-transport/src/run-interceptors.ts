import {
  create,
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ContextValues,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import type { AbortHub } from "./abort-hub.js";
import type { CallRequest } from "./call-context.js";
import { CallScope } from "./call-scope.js";
import { mapIterable } from "./map-iterable.js";

/** What the interceptors of a transport share. */
export interface InterceptorRun {
  readonly interceptors: readonly Interceptor[];
  readonly aborts: AbortHub;
  readonly url: string;
  readonly contextValues: ContextValues | undefined;
}

/** Runs a unary call through interceptors; the last one is innermost. */
export async function interceptUnary<I extends DescMessage, O extends DescMessage>(
  run: InterceptorRun,
  method: DescMethodUnary<I, O>,
  request: CallRequest<object>,
  next: (request: CallRequest<object>) => Promise<UnaryResponse<I, O>>,
): Promise<UnaryResponse<I, O>> {
  const scope = new CallScope(run.aborts, request);
  try {
    const message = normalized(method.input, request.message);
    const outer = scope.outerRequest(run.url, run.contextValues, { stream: false as const, method, message });
    const send: AnyFn = async (req) => next(scope.innerRequest(req, (req as UnaryRequest).message));
    const response = await scope.race(applied(run.interceptors, send)(outer));
    scope.answered();
    return response as UnaryResponse<I, O>; // interceptors keep the kind of a call
  } catch (error) {
    throw failedBy(error, scope);
  }
}

/** Runs a streaming call through interceptors. */
export async function interceptStream<I extends DescMessage, O extends DescMessage>(
  run: InterceptorRun,
  method: DescMethodStreaming<I, O>,
  request: CallRequest<AsyncIterable<object>>,
  next: (request: CallRequest<AsyncIterable<object>>) => Promise<StreamResponse<I, O>>,
): Promise<StreamResponse<I, O>> {
  const scope = new CallScope(run.aborts, request);
  try {
    const message = mapIterable(request.message, (each) => normalized(method.input, each));
    const outer = scope.outerRequest(run.url, run.contextValues, { stream: true as const, method, message });
    const send: AnyFn = async (req) => next(scope.innerRequest(req, (req as StreamRequest).message));
    const response = await scope.race(applied(run.interceptors, send)(outer));
    scope.answered();
    return response as StreamResponse<I, O>; // interceptors keep the kind of a call
  } catch (error) {
    throw failedBy(error, scope);
  }
}

type AnyFn = (request: UnaryRequest | StreamRequest) => Promise<UnaryResponse | StreamResponse>;

function applied(interceptors: readonly Interceptor[], innermost: AnyFn): AnyFn {
  return interceptors.reduceRight((next: AnyFn, interceptor) => interceptor(next), innermost);
}

/** The shape of a literal was checked where the client was called. */
function normalized<I extends DescMessage>(input: I, message: object): MessageShape<I> {
  return create(input, message as MessageInitShape<I>);
}

function failedBy(reason: unknown, scope: Pick<CallScope<unknown>, "failed">): ConnectError {
  return scope.failed(ConnectError.from(reason, Code.Unknown));
}
