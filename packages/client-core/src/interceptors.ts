import type { Interceptor } from "@connectrpc/connect";
import { attemptsInterceptor } from "./attempts.js";
import { type AuthScheme, authInterceptor } from "./auth-interceptor.js";
import { type CallObserver, notify } from "./call-observer.js";
import { deadlineInterceptor } from "./deadline-interceptor.js";
import { observeInterceptor } from "./observe-interceptor.js";
import { type RetryOptions, retryInterceptor } from "./retry-interceptor.js";
import type { TokenSource } from "./token-source.js";

/** What a client's calls pass through on their way to the transport. */
export interface CallInterceptorOptions {
  /** Where the token of each call comes from; without it no token is sent. */
  readonly tokens?: TokenSource | undefined;
  /** How the token travels. @defaultValue `authorization: Bearer TOKEN`, refused by UNAUTHENTICATED */
  readonly authScheme?: AuthScheme | undefined;
  /** How calls are repeated; false for not at all. @defaultValue as `retryInterceptor()` does without options */
  readonly retry?: RetryOptions | false | undefined;
  /** Hears of calls, attempts and pauses; its `onRenewal` goes to the token source, its `onReconnect` to resumable streams. */
  readonly observer?: CallObserver | undefined;
}

/** The interceptors of a client, outermost first: the one place that knows their order. What is off is not there. */
export function callInterceptors({ tokens, authScheme, retry, observer }: CallInterceptorOptions): Interceptor[] {
  const installed: Interceptor[] = [];
  if (observer?.onCall) installed.push(observeInterceptor(observer));
  installed.push(deadlineInterceptor());
  if (retry !== false && retry?.maxAttempts !== 1) installed.push(retryInterceptor(observedRetry(retry, observer)));
  if (tokens) installed.push(authInterceptor(tokens, authScheme));
  installed.push(attemptsInterceptor(observer));
  return installed;
}

/** Both hear of a pause: the observer, and who asked for it in the options. */
function observedRetry(retry: RetryOptions = {}, observer: CallObserver | undefined): RetryOptions {
  if (!observer?.onWait) return retry;
  return {
    ...retry,
    onRetry(event) {
      notify((waiting) => observer.onWait?.(waiting), event);
      if (retry.onRetry) notify(retry.onRetry, event);
    },
  };
}
