import { fileURLToPath } from "node:url";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { Echo } from "../transport/echo-service.js";
import { pythonWith } from "./python.js";
import { type RunningServer, startProcess } from "./start-process.js";

/**
 * Starts the echo service on Python's grpcio, whose HTTP/2 is that of gRPC's C core.
 *
 * @param compression - What its answers are compressed with.
 */
export async function startPythonEcho(compression: "none" | "gzip" = "none"): Promise<RunningServer> {
  const python = await pythonWith("grpcio", ["grpcio==1.76.0", "grpcio-tools==1.76.0"], [3, 9]);
  const script = fileURLToPath(new URL("echo-server.py", import.meta.url));
  return await startProcess({
    name: "python-echo",
    command: ({ port }) => [python, script, String(port), compression],
    ready: answers,
  });
}

async function answers(baseUrl: string): Promise<void> {
  const sessionManager = new Http2SessionManager(baseUrl);
  try {
    await createClient(Echo, createGrpcTransport({ baseUrl, sessionManager })).unary({}, { timeoutMs: 2000 });
  } finally {
    sessionManager.abort();
  }
}
