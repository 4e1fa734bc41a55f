import type { DescMessage, DescMethodUnary } from "@bufbuild/protobuf";
import { type CallOptions, createClient, type Transport } from "@connectrpc/connect";
import { ImmuService } from "@pumice/stubs/immudb";
import { DCB } from "@pumice/stubs/umadb";

/** The smallest unary call of a server. */
export interface Target {
  readonly method: DescMethodUnary<DescMessage, DescMessage>;
  readonly path: string;
  /** The call through a client that Connect makes. */
  readonly connect: (transport: Transport) => (options: CallOptions) => Promise<unknown>;
}

export const targets: Readonly<Record<string, Target>> = {
  "immudb Health": {
    ...place(ImmuService.method.health),
    connect: (transport) => {
      const client = createClient(ImmuService, transport);
      return (options) => client.health({}, options);
    },
  },
  "UmaDB Head": {
    ...place(DCB.method.head),
    connect: (transport) => {
      const client = createClient(DCB, transport);
      return (options) => client.head({}, options);
    },
  },
};

/** What every client sends besides its request. */
export const callHeaders: Readonly<Record<string, string>> = {
  authorization: "Bearer some-token",
  "x-request-id": "42",
};
export const callTimeoutMs = 10_000;

function place(method: DescMethodUnary<DescMessage, DescMessage>): Pick<Target, "method" | "path"> {
  return { method, path: `/${method.parent.typeName}/${method.name}` };
}
