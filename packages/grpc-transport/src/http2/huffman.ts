import { endOfString, huffmanCodeLengths, huffmanCodes } from "./huffman-code.js";

/** Set in a transition that completes a symbol; the symbol is in bits 8 to 15, the next state in bits 0 to 7. */
const EMITS = 1 << 16;
/** Set in a transition that runs into the end-of-string symbol. */
const FAILS = 1 << 17;

/** Bytes that decode as Huffman text grow at most by this factor: the shortest code has 5 bits. */
const LARGEST_GROWTH = 8 / 5;

/** How much room `decodeHuffman` needs for this many coded bytes. */
export function decodedHuffmanBound(codedBytes: number): number {
  return Math.ceil(codedBytes * LARGEST_GROWTH);
}

/**
 * Decodes a Huffman string (RFC 7541 section 5.2) into `target`, which has room for `decodedHuffmanBound` bytes.
 *
 * @param cut - The string goes on after `end`: its last symbol may be incomplete.
 * @returns How many bytes were decoded, or -1 if the string is broken.
 */
export function decodeHuffman(source: Uint8Array, start: number, end: number, target: Uint8Array, cut = false): number {
  let state = 0;
  let length = 0;
  for (let position = start; position < end; position++) {
    const byte = source[position] as number; // within bounds
    for (let shift = 4; shift >= 0; shift -= 4) {
      const transition = TABLE.transitions[(state << 4) | ((byte >> shift) & 15)] as number; // 16 for every state
      if (transition >= EMITS) {
        if (transition >= FAILS) return -1;
        target[length++] = (transition >> 8) & 0xff;
      }
      state = transition & 0xff;
    }
  }
  // What is left over must be fewer than 8 bits, all ones.
  return cut || TABLE.mayEnd[state] === 1 ? length : -1;
}

interface HuffmanTable {
  readonly transitions: Uint32Array;
  /** 1 for states that are fewer than 8 one bits away from the start of a symbol. */
  readonly mayEnd: Uint8Array;
}

const TABLE: HuffmanTable = /* @__PURE__ */ buildTable();

/** A state machine over half bytes: no code is shorter than 5 bits, so a step completes one symbol at most. */
function buildTable(): HuffmanTable {
  // Inner nodes of the code tree: two children each, >= 0 a node, < 0 the symbol -1 - child.
  const children: [number, number][] = [[0, 0]];
  const codes = huffmanCodes();
  for (const [symbol, code] of codes.entries()) {
    let node = 0;
    for (let bit = (huffmanCodeLengths[symbol] ?? 0) - 1; bit >= 0; bit--) {
      const branch = ((code >> bit) & 1) as 0 | 1;
      const pair = children[node] as [number, number]; // every node number was pushed
      if (bit === 0) {
        pair[branch] = -1 - symbol;
      } else {
        if (pair[branch] === 0) pair[branch] = children.push([0, 0]) - 1;
        node = pair[branch];
      }
    }
  }

  const transitions = new Uint32Array(children.length * 16);
  for (let state = 0; state < children.length; state++) {
    for (let nibble = 0; nibble < 16; nibble++) transitions[state * 16 + nibble] = step(children, state, nibble);
  }
  const mayEnd = new Uint8Array(children.length);
  for (let node = 0, ones = 0; ones < 8; ones++) {
    mayEnd[node] = 1;
    node = children[node]?.[1] ?? 0;
  }
  return { transitions, mayEnd };
}

function step(children: readonly (readonly [number, number])[], state: number, nibble: number): number {
  let node = state;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const child = children[node]?.[((nibble >> bit) & 1) as 0 | 1] ?? 0;
    if (child >= 0) {
      node = child;
      continue;
    }
    const symbol = -1 - child;
    if (symbol === endOfString) return FAILS;
    emitted = EMITS | (symbol << 8);
    node = 0;
  }
  return emitted | node;
}
