import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { ImmuService } from "@pumice/stubs/immudb";
import { buildOnce } from "./build-once.js";
import { type RunningServer, startProcess } from "./start-process.js";

const run = promisify(execFile);

export interface ImmudbOptions {
  /** A private key on P-256 in PEM, as `BEGIN EC PRIVATE KEY`: with it all states are signed. */
  readonly signingKey?: string | undefined;
  /** Writes user and address of each caller into the transaction's header. @defaultValue false */
  readonly logRequestMetadata?: boolean | undefined;
}

/**
 * Starts immudb 1.11.1 with an empty database; user and password are `immudb`. The first run builds it, which needs Go.
 *
 * Used as a test server only (BUSL-1.1): nothing of it is shipped.
 */
export async function startImmudb({
  signingKey,
  logRequestMetadata = false,
}: ImmudbOptions = {}): Promise<RunningServer> {
  const folder = await buildOnce("immudb-1.11.1", build);
  return await startProcess({
    name: "immudb",
    command: async ({ port, folder: own }) => {
      const keyFile = `${own}/signing-key.pem`;
      if (signingKey !== undefined) await writeFile(keyFile, signingKey, { mode: 0o600 });
      return [
        `${folder}/immudb`,
        ...["--dir", `${own}/data`, "--address", "127.0.0.1", "--port", String(port)],
        ...["--pgsql-server=false", "--metrics-server=false", "--web-server=false"],
        ...(signingKey === undefined ? [] : ["--signingKey", keyFile]),
        ...(logRequestMetadata ? ["--log-request-metadata"] : []),
      ];
    },
    ready: health,
  });
}

// `go install` refuses immudb for its `replace` lines, so a module of our own repeats them.
async function build(folder: string): Promise<void> {
  await writeFile(
    `${folder}/go.mod`,
    `module pumice.test/immudb

go 1.25.0

require github.com/codenotary/immudb v1.11.1

replace github.com/takama/daemon v0.12.0 => github.com/codenotary/daemon v0.0.0-20200507161650-3d4bcb5230f4

replace github.com/spf13/afero => github.com/spf13/afero v1.5.1
`,
  );
  await writeFile(
    `${folder}/tools.go`,
    `//go:build tools

package tools

import _ "github.com/codenotary/immudb/cmd/immudb"
`,
  );
  const args = ["build", "-mod=mod", "-o", `${folder}/immudb`, "github.com/codenotary/immudb/cmd/immudb"];
  await run("go", args, { cwd: folder, timeout: 240_000 });
}

async function health(baseUrl: string): Promise<void> {
  const sessionManager = new Http2SessionManager(baseUrl);
  try {
    await createClient(ImmuService, createGrpcTransport({ baseUrl, sessionManager })).health({}, { timeoutMs: 2000 });
  } finally {
    sessionManager.abort();
  }
}
