/**
 * Tells an iterator that nobody wants it any more, and waits for nothing: a generator comes to it only after the read
 * that is under way, and what it fails with interests nobody.
 */
export function leaveIterator(iterator: AsyncIterator<unknown>): void {
  void leave(iterator);
}

async function leave(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // A stream that is not wanted any more has nothing to tell.
  }
}
