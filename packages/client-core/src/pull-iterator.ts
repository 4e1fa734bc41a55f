/**
 * An iterator that can end at once, also while a read is under way: an async generator would let the read finish first,
 * which on a silent stream is never. Concurrent `next()` calls get one item each, in order.
 */
export abstract class PullIterator<T> implements AsyncIterator<T, undefined> {
  private readonly readers: Reader<T>[] = [];
  private ended = false;
  private failure: { readonly error: unknown } | undefined;

  /** Gives the next item, or the end; called for one waiting reader at a time, never ahead of them. */
  protected abstract read(): Promise<IteratorResult<T, undefined>>;

  /** Lets go of everything; called once, at an end of whatever kind. A read that is under way counts no more. */
  protected abstract release(): void;

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.readers.push({ resolve, reject });
      if (this.ended) this.dismissReaders();
      else if (this.readers.length === 1) void this.serve();
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.end();
    return { done: true, value: undefined };
  }

  /** Ends the iteration: the reader that waits, or else the next one, gets `error`. Does nothing after the end. */
  protected fail(error: unknown): void {
    if (this.ended) return;
    this.failure = { error };
    this.end();
  }

  private async serve(): Promise<void> {
    while (this.readers.length > 0) {
      try {
        const result = await this.read();
        if (result.done) this.end();
        else this.readers.shift()?.resolve(result);
      } catch (error) {
        this.fail(error);
      }
    }
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.release();
    this.dismissReaders();
  }

  /** One of them hears of the failure; for the others the iteration is over, as with a generator. */
  private dismissReaders(): void {
    for (const { resolve, reject } of this.readers.splice(0)) {
      const { failure } = this;
      this.failure = undefined;
      if (failure) reject(failure.error);
      else resolve({ done: true, value: undefined });
    }
  }
}

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}
