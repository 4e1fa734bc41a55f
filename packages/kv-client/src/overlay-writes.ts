import { compareBytes } from "./compare-bytes.js";
import type { Write } from "./message-size.js";

/** A key and its value, as a scan finds them. */
export interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/**
 * Lays a transaction's own writes over the rows of a scan: both in the order of the keys' bytes, a write in place of the
 * row of its key, a deletion hiding it.
 */
export async function* overlayWrites(rows: AsyncIterable<Row>, writes: readonly Write[]): AsyncGenerator<Row> {
  let next = 0;
  for await (const row of rows) {
    let isOverwritten = false;
    for (let write = writes[next]; write && !isOverwritten; write = writes[next]) {
      const order = compareBytes(write.key, row.key);
      if (order > 0) break;
      next += 1;
      isOverwritten = order === 0;
      yield* written(write);
    }
    if (!isOverwritten) yield row;
  }
  for (const write of writes.slice(next)) yield* written(write);
}

function* written({ key, value }: Write): Generator<Row> {
  if (value) yield { key, value: value.slice() }; // the reader's own: what it does to them must not reach the commit
}
