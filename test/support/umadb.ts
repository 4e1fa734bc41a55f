import { dirname } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { DCB } from "@pumice/stubs/umadb";
import { pythonWith } from "./python.js";
import { type RunningServer, startProcess } from "./start-process.js";

/** A Python with UmaDB's package 0.7.8, which holds its official client and the server. */
export async function umadbPython(): Promise<string> {
  return await pythonWith("umadb", ["umadb==0.7.8"], [3, 11]);
}

/** Starts UmaDB 0.7.8 with an empty store. The first run installs it. */
export async function startUmadb(): Promise<RunningServer> {
  const python = await umadbPython();
  return await startProcess({
    name: "umadb",
    command: ({ port, folder }) => [
      `${dirname(python)}/umadb`,
      ...["--listen", `127.0.0.1:${port}`, "--db-path", `${folder}/`],
    ],
    ready: head,
  });
}

async function head(baseUrl: string): Promise<void> {
  const sessionManager = new Http2SessionManager(baseUrl);
  try {
    await createClient(DCB, createGrpcTransport({ baseUrl, sessionManager })).head({}, { timeoutMs: 2000 });
  } finally {
    sessionManager.abort();
  }
}
