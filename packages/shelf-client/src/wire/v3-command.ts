import { encodePickle } from "./encode-pickle.js";
import { frame } from "./frames.js";
import type { Step } from "./v2-request.js";

/** An operation or the action of a query of the third generation. */
export type Op = Pick<Step, "op" | "args" | "kwargs">;

/** What a connection of the third generation carries, any number of times, inside `begin` ... `commit` or `rollback`. */
export type Command =
  | { readonly cmd: "begin"; readonly mode: "read" | "write" }
  | { readonly cmd: "commit" }
  | { readonly cmd: "rollback" }
  | { readonly cmd: "get"; readonly shelf: string; readonly key: string }
  | { readonly cmd: "put"; readonly shelf: string; readonly key: string; readonly value: unknown }
  | { readonly cmd: "query"; readonly shelf: string; readonly ops: readonly Op[]; readonly action: Op };

/** Makes an operation or an action. */
export function operation(op: string, ...args: readonly unknown[]): Op {
  return { op, args, kwargs: {} };
}

/** The bytes of a command, its length in front. */
export function encodeCommand(command: Command): Uint8Array {
  return frame(encodePickle(command, command.cmd));
}
