import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { type ContextValues, createContextValues } from "@connectrpc/connect";
import { type AnyRequest, type CallScope, scopeKey, scopeOf } from "./call-scope.js";

/**
 * The request that the outermost interceptor gets; its signal is made when somebody asks for it.
 *
 * @param message - The message of a unary call, the messages of a stream.
 */
export function scopedRequest(
  scope: CallScope,
  method: DescMethod,
  message: object,
  header: HeadersInit | undefined,
  contextValues: ContextValues | undefined,
): AnyRequest {
  const request = new ScopedRequest(scope, method, message, header, contextValues);
  return Object.defineProperty(request, "signal", lazySignal) as unknown as AnyRequest; // complete with its signal
}

// A class, whose objects V8 lays out alike: a literal spread together cost each call eight microseconds more.
class ScopedRequest {
  readonly stream: boolean;
  readonly service: DescService;
  readonly method: DescMethod;
  readonly requestMethod = "POST";
  readonly url: string;
  readonly header: Headers;
  readonly contextValues: ContextValues;
  readonly message: object;
  readonly [scopeKey]: CallScope;

  constructor(
    scope: CallScope,
    method: DescMethod,
    message: object,
    header: HeadersInit | undefined,
    contextValues: ContextValues | undefined,
  ) {
    this.stream = method.methodKind !== "unary";
    this.service = method.parent;
    this.method = method;
    this.url = `/${method.parent.typeName}/${method.name}`;
    this.header = new Headers(header);
    this.contextValues = contextValues ?? createContextValues();
    this.message = message;
    this[scopeKey] = scope;
  }
}

/** The request's own property, as interceptors spread requests, with one getter for all. */
const lazySignal: PropertyDescriptor & ThisType<AnyRequest> = {
  enumerable: true,
  configurable: true,
  get() {
    return scopeOf(this)?.signal;
  },
};
