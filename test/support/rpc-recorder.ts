import type { Transport } from "@connectrpc/connect";

/** A call that went to a transport. */
export interface RecordedCall {
  readonly rpc: string;
  readonly header: Headers;
}

/** A transport that notes what goes through it. */
export function rpcRecorder(inner: Transport): { transport: Transport; calls: RecordedCall[] } {
  const calls: RecordedCall[] = [];
  const transport: Transport = {
    unary(method, signal, timeoutMs, header, ...rest) {
      calls.push({ rpc: method.name, header: new Headers(header) });
      return inner.unary(method, signal, timeoutMs, header, ...rest);
    },
    stream(method, signal, timeoutMs, header, ...rest) {
      calls.push({ rpc: method.name, header: new Headers(header) });
      return inner.stream(method, signal, timeoutMs, header, ...rest);
    },
  };
  return { transport, calls };
}
