import type { StubCallOptions } from "./call-options.js";
import { leaveIterator } from "./leave-iterator.js";
import { PullIterator } from "./pull-iterator.js";
import type { RunningStream } from "./running-stream.js";

/** The messages of one streaming call, which is started by the first read and cancelled when the reader leaves. */
export class StreamMessages<T> extends PullIterator<T> {
  private call: RunningStream | undefined;
  private messages: AsyncIterator<T> | undefined;
  private isOver = false;

  constructor(
    private readonly start: () => RunningStream,
    private readonly invoke: (stub: StubCallOptions) => AsyncIterable<T>,
  ) {
    super();
  }

  protected override async read(): Promise<IteratorResult<T, undefined>> {
    this.call ??= this.start();
    const { call } = this;
    call.readBegins();
    try {
      this.messages ??= this.invoke(call.stub)[Symbol.asyncIterator]();
      const result = await this.messages.next();
      if (!result.done) return result;
      this.isOver = true;
      return { done: true, value: undefined };
    } catch (error) {
      this.isOver = true;
      throw call.translated(error);
    } finally {
      call.readEnds();
    }
  }

  protected override release(): void {
    if (!this.isOver) {
      this.call?.cancel(new Error("The reader left the stream"));
      if (this.messages) leaveIterator(this.messages);
    }
    this.call?.end();
  }
}
