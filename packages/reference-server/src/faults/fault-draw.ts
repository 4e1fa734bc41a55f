/**
 * A number from 0 up to, but not including, 1 that depends on its arguments alone: the same on every machine and in
 * every release, and unlike that of the next call.
 *
 * FNV-1a over the text, then the finalizer of MurmurHash3, which spreads what differs in the last digits only.
 */
export function faultDraw(seed: number, rpc: string, call: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${seed}/${rpc}/${call}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
