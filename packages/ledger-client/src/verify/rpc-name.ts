/**
 * The full name of one of immudb's rpcs, for errors.
 *
 * Written out, not taken from the stubs: those would bring all of immudb's messages along.
 */
export function rpcName(method: string): string {
  return `immudb.schema.ImmuService/${method}`;
}
