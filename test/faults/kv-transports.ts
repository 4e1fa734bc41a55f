import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import type { Begins } from "./kv-state.ts";

/** Makes a transport, and tells how it is closed. */
export type OpenTransport = (baseUrl: string) => { readonly transport: Transport; close(): void };

/** What clients of gRPC on Node go through: ours, and the stock one. */
export const kvTransports: Readonly<Record<string, OpenTransport>> = {
  "grpc-transport"(baseUrl) {
    const transport = createFastGrpcTransport({ baseUrl });
    return { transport, close: () => transport.close() };
  },
  "connect-node"(baseUrl) {
    const sessionManager = new Http2SessionManager(baseUrl);
    return { transport: createGrpcTransport({ baseUrl, sessionManager }), close: () => sessionManager.abort() };
  },
};

/** The same transport; `begins` counts the begins of transactions that pass. */
export function countBegins(transport: Transport): { readonly transport: Transport; readonly begins: Begins } {
  const begins = { answered: 0, unanswered: 0 };
  return {
    begins,
    transport: {
      async unary(method, ...call) {
        const isBegin = (method as unknown) === ScoriaDB.method.beginTxn;
        if (isBegin) begins.unanswered++;
        const response = await transport.unary(method, ...call);
        if (isBegin) begins.unanswered--;
        if (isBegin) begins.answered++;
        return response;
      },
      stream: (...call) => transport.stream(...call),
    },
  };
}
