import type { SeededRandom } from "./seeded-random.ts";

const FRAME_HEADER_BYTES = 9;
const MAX_REPEATED_BYTES = 8_000_000;

/** A copy of `bytes` with a few things wrong: bits, pieces, the order, or the headers of its frames. */
export function mutateBytes(bytes: Buffer, others: readonly Buffer[], random: SeededRandom): Buffer {
  let mutated = Buffer.from(bytes);
  for (let i = random.integer(1, 5); i > 0; i--) mutated = random.pick(mutations)(mutated, others, random);
  return mutated;
}

/** Cuts at random places, mostly few. */
export function splitBytes(bytes: Buffer, random: SeededRandom): Buffer[] {
  const longest = random.pick([1, 5, 30, 200, 2000, 100_000]);
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const size = random.integer(1, Math.max(longest, Math.ceil(bytes.length / 500)));
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return chunks;
}

type Mutation = (bytes: Buffer, others: readonly Buffer[], random: SeededRandom) => Buffer<ArrayBuffer>;

const mutations: readonly Mutation[] = [
  function flipBit(bytes, _, random) {
    return replaceByte(bytes, random, (byte) => byte ^ (1 << random.integer(0, 7)));
  },
  function replace(bytes, _, random) {
    return replaceByte(bytes, random, () => random.pick([0, 1, 0x7f, 0x80, 0xff, random.integer(0, 255)]));
  },
  function remove(bytes, _, random) {
    const [start, end] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  function duplicate(bytes, _, random) {
    const [start, end] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start, end), bytes.subarray(end)]);
  },
  function insert(bytes, _, random) {
    const at = random.integer(0, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(random.integer(1, 30)), bytes.subarray(at)]);
  },
  function splice(bytes, others, random) {
    const other = random.pick(others);
    const [start, end] = range(other, random);
    const at = random.integer(0, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(at)]);
  },
  function cut(bytes, _, random) {
    return Buffer.from(bytes.subarray(0, random.integer(0, bytes.length)));
  },
  function moveFrame(bytes, _, random) {
    const frames = wholeFrames(bytes);
    if (frames.length < 2) return Buffer.from(bytes);
    const [frame] = frames.splice(random.integer(0, frames.length - 1), 1);
    if (frame) frames.splice(random.integer(0, frames.length), 0, frame);
    return Buffer.concat(frames);
  },
  function repeatFrame(bytes, _, random) {
    const frames = wholeFrames(bytes);
    if (frames.length === 0) return Buffer.from(bytes);
    const at = random.integer(0, frames.length - 1);
    const wanted = random.chance(0.02) ? 3000 : random.integer(1, 5);
    // Repeated repeats would otherwise grow beyond any buffer.
    const copies = Math.min(wanted, Math.floor(MAX_REPEATED_BYTES / (frames[at]?.length ?? 1)));
    return Buffer.concat(frames.flatMap((frame, i) => (i === at ? Array<Buffer>(copies + 1).fill(frame) : [frame])));
  },
  function changeFrameHeader(bytes, _, random) {
    const frames = wholeFrames(bytes);
    if (frames.length === 0) return Buffer.from(bytes);
    const header = random.pick(frames);
    const field = random.integer(0, 3);
    if (field === 0) header.writeUIntBE(random.pick([0, 1, 5, 16_384, 16_385, 0xffffff]), 0, 3);
    else if (field === 1) header[3] = random.integer(0, 12);
    else if (field === 2) header[4] = random.integer(0, 255);
    else header.writeUInt32BE(random.pick([0, 1, 2, 3, 11, 13, 0x7fffffff, 0x80000001]), 5);
    return Buffer.concat(frames);
  },
];

function replaceByte(bytes: Buffer, random: SeededRandom, change: (byte: number) => number): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes);
  if (copy.length === 0) return copy;
  const at = random.integer(0, copy.length - 1);
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

function range(bytes: Buffer, random: SeededRandom): [start: number, end: number] {
  const start = random.integer(0, bytes.length);
  return [start, Math.min(bytes.length, start + random.pick([1, 2, 9, 30, random.integer(1, 500)]))];
}

/** The frames as they lie in the bytes; a rest that is none comes last. */
function wholeFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const hasHeader = bytes.length - start >= FRAME_HEADER_BYTES;
    const size = hasHeader ? FRAME_HEADER_BYTES + bytes.readUIntBE(start, 3) : bytes.length - start;
    if (hasHeader) frames.push(bytes.subarray(start, start + size));
    start += size;
  }
  return frames;
}
