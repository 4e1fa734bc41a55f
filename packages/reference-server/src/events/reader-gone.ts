import type { CallWire } from "../faults/call-wire.js";

/**
 * Fires when the reader of a stream has gone. A call's own signal also fires at the client's deadline, which does not end
 * a stream of the real server: where there is a wire, that decides.
 */
export function readerGone(wire: CallWire | undefined, callSignal: AbortSignal): AbortSignal {
  if (!wire) return callSignal;
  const gone = new AbortController();
  wire.gone().then(() => gone.abort());
  return gone.signal;
}
