/**
 * Keeps Node from warning of a leak when more than ten calls in flight listen to one signal, as its own `fetch()` does.
 * No other runtime counts them.
 */
export function allowManyListeners(signal: AbortSignal): void {
  // Asked for at run time: an import would keep this package out of browsers.
  const { process } = globalThis as { process?: Partial<NodeProcess> };
  process?.getBuiltinModule?.("events")?.setMaxListeners?.(0, signal);
}

interface NodeProcess {
  getBuiltinModule(name: "events"): Partial<NodeEvents> | undefined;
}

interface NodeEvents {
  setMaxListeners(count: number, target: EventTarget): void;
}
