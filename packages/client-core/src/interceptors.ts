import type { Interceptor } from "@connectrpc/connect";
import { attemptsInterceptor } from "./attempts.js";
import { authInterceptor } from "./auth-interceptor.js";
import type { TokenSource } from "./token-source.js";

/** What a client's calls pass through on their way to the transport. */
export interface CallInterceptorOptions {
  /** Where the token of each call comes from; without it no token is sent. */
  readonly tokens?: TokenSource | undefined;
}

/** The interceptors of a client, outermost first: the one place that knows their order. */
export function callInterceptors({ tokens }: CallInterceptorOptions): Interceptor[] {
  return [...(tokens ? [authInterceptor(tokens)] : []), attemptsInterceptor];
}
