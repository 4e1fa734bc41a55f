import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";

/** A process that listens, takes nothing and is stuck. */
const program = `
  import { createServer } from "node:net";
  const server = createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });
  });
`;
/** So many connections fit into a backlog of 1 on Linux. */
const BACKLOG = 2;

/** A server whose backlog is full: an attempt to connect gets no answer at all. */
export async function startDeafServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(server.stdout, "data");
  const sockets = Array.from({ length: BACKLOG }, () => connect(Number(port), "127.0.0.1"));
  for (const socket of sockets) socket.on("error", () => undefined); // the server gets killed
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const exit = once(server, "exit");
      server.kill("SIGKILL");
      for (const socket of sockets) socket.destroy();
      await exit;
    },
  };
}
