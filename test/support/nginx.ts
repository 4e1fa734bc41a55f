import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { promisify } from "node:util";
import { selfSignedCertificate } from "./self-signed-certificate.js";
import { type RunningServer, startProcess } from "./start-process.js";

const run = promisify(execFile);

/** An nginx in front of a gRPC server. */
export interface Nginx extends RunningServer {
  /** The certificate to trust, PEM; absent without TLS. */
  readonly ca?: string;
}

export interface NginxOptions {
  /** Where it passes calls on to. */
  readonly upstream: string;
  readonly tls?: boolean;
  /** How many calls a connection takes before nginx says GOAWAY. @defaultValue 1000, as nginx has it */
  readonly keepaliveRequests?: number;
}

/** Whether nginx is on this machine, or could be installed: tries Debian's package when run as root. */
export async function hasNginx(): Promise<boolean> {
  const found = async (): Promise<boolean> =>
    await run("nginx", ["-v"]).then(
      () => true,
      () => false,
    );
  if (await found()) return true;
  if (process.getuid?.() !== 0) return false;
  // A package's scripts would start the service on port 80; in a container nothing does.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "--no-install-recommends", "nginx-light"];
  await run("apt-get", install, { env, timeout: 90_000 }).catch(async () => {
    await run("apt-get", ["update"], { env, timeout: 60_000 }).catch(() => undefined);
    await run("apt-get", install, { env, timeout: 90_000 }).catch(() => undefined);
  });
  return await found();
}

/** Starts nginx as a proxy for gRPC, in a folder of its own and with one worker. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  let ca: string | undefined;
  const server = await startProcess({
    name: "nginx",
    scheme: options.tls ? "https" : "http",
    command: async ({ port, folder }) => {
      for (const name of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) await mkdir(`${folder}/${name}`);
      if (options.tls) ca = await selfSignedCertificate(folder);
      await writeFile(`${folder}/nginx.conf`, config(options, { port, folder }));
      return ["nginx", "-e", `${folder}/error.log`, "-c", `${folder}/nginx.conf`];
    },
    ready: accepts,
  });
  return { ...server, ...(ca !== undefined && { ca }) };
}

function config({ upstream, tls, keepaliveRequests = 1000 }: NginxOptions, place: { port: number; folder: string }) {
  const { port, folder } = place;
  const temporary = ["proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`);
  const certificate = tls ? `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;` : "";
  // The folder is its owner's alone, so root's workers stay root.
  const user = process.getuid?.() === 0 ? "user root;" : "";
  return `daemon off;
${user}
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  ${temporary.join(" ")}
  server {
    listen 127.0.0.1:${port} ${tls ? "ssl " : ""}http2;
    ${certificate}
    client_max_body_size 0;
    keepalive_requests ${keepaliveRequests};
    location / {
      grpc_pass grpc://${new URL(upstream).host};
      grpc_read_timeout 60s;
    }
  }
}
`;
}

async function accepts(url: string): Promise<void> {
  const socket = createConnection(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
}
