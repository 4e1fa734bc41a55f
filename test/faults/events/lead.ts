/** Keeps writers from getting too far ahead of a reader. */
export class Lead {
  #ahead = 0;
  readonly #waiting: { readonly size: number; readonly go: () => void }[] = [];

  /** @param limit - Of events that are written and not seen. */
  constructor(private readonly limit: number) {}

  /** Resolves when so many events may be written. */
  async room(size: number): Promise<void> {
    if (this.#ahead + size > this.limit || this.#waiting.length > 0) {
      await new Promise<void>((go) => this.#waiting.push({ size, go }));
    }
    this.#ahead += size;
  }

  /** One more was seen. */
  seen(): void {
    this.#ahead -= 1;
    const [next] = this.#waiting;
    if (!next || this.#ahead + next.size > this.limit) return;
    this.#waiting.shift();
    next.go();
  }
}
