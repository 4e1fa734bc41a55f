/**
 * Lets any number of calls listen to a signal. Node takes more than ten listeners for a leak, and warns; calls that share a
 * signal and are all in flight are none. Other platforms never warn.
 */
export function allowManyListeners(signal: AbortSignal): void {
  // Not an import: this package runs in browsers too.
  platform.process?.getBuiltinModule?.("node:events")?.setMaxListeners(0, signal);
}

interface Platform {
  readonly process?: {
    getBuiltinModule?(id: "node:events"): { setMaxListeners(count: number, signal: AbortSignal): void } | undefined;
  };
}

const platform = globalThis as Platform; // as far as it is known here
