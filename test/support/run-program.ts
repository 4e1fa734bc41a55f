import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a TypeScript program of this project on source, as its own process, for at most 60 s. */
export async function runProgram(file: URL, env: Readonly<Record<string, string>> = {}): Promise<ProgramResult> {
  const program = spawn(process.execPath, ["--import", "tsx", "--conditions=@pumice/source", file.pathname], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  const exited = once(program, "exit");
  const [stdout, stderr] = await Promise.all([text(program.stdout), text(program.stderr)]);
  const [code] = await exited;
  return { code, stdout, stderr };
}
