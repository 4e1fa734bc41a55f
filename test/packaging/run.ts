import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Runs a program to its end and returns what it wrote to stdout; throws with all it wrote when it fails. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  // A project of a user knows nothing of this repository's npm run.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_)/.test(name)));
  try {
    return (await execute(program, args, { cwd, env, timeout: 300_000 })).stdout;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`${message}\n${stdout}${stderr}`);
  }
}
