import { dirname } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { DCB } from "@pumice/stubs/umadb";
import { pythonWith } from "./python.js";
import { selfSignedCertificate } from "./self-signed-certificate.js";
import { type RunningServer, startProcess } from "./start-process.js";

/** A Python with UmaDB's package 0.7.8, which holds its official client and the server. */
export async function umadbPython(): Promise<string> {
  return await pythonWith("umadb", ["umadb==0.7.8"], [3, 11]);
}

export interface UmadbOptions {
  /** Every call then needs it. */
  readonly apiKey?: string;
  readonly tls?: boolean;
}

/** An UmaDB that runs. */
export interface Umadb extends RunningServer {
  /** The certificate to trust, PEM; absent without TLS. */
  readonly ca?: string;
}

/** Starts UmaDB 0.7.8, with an empty store. The first run installs it. */
export async function startUmadb({ apiKey, tls = false }: UmadbOptions = {}): Promise<Umadb> {
  const python = await umadbPython();
  let ca: string | undefined;
  const server = await startProcess({
    name: "umadb",
    scheme: tls ? "https" : "http",
    command: async ({ port, folder }) => {
      if (tls) ca = await selfSignedCertificate(folder);
      return [
        `${dirname(python)}/umadb`,
        ...["--listen", `127.0.0.1:${port}`, "--db-path", `${folder}/`],
        ...(apiKey === undefined ? [] : ["--api-key", apiKey]),
        ...(tls ? ["--tls-cert", `${folder}/cert.pem`, "--tls-key", `${folder}/key.pem`] : []),
      ];
    },
    ready: (url) => head(url, apiKey, ca),
  });
  return { ...server, ...(ca !== undefined && { ca }) };
}

async function head(baseUrl: string, apiKey: string | undefined, ca: string | undefined): Promise<void> {
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const sessionManager = new Http2SessionManager(baseUrl, {}, ca === undefined ? {} : { ca });
  try {
    await createClient(DCB, createGrpcTransport({ baseUrl, sessionManager })).head({}, { timeoutMs: 2000, headers });
  } finally {
    sessionManager.abort();
  }
}
