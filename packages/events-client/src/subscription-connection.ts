import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { CallOptions, ClientCalls } from "@pumice/client-core";
import { DCB, type QuerySchema } from "@pumice/stubs/umadb";
import { type StoredEvent, storedEvent } from "./event.js";
import type { CaughtUp } from "./events-client.js";
import { checkNotShorter, checkSameStore } from "./same-store.js";

/** What is the same for each connection of a subscription. */
export interface SubscriptionPlan {
  readonly stub: Client<typeof DCB>;
  readonly calls: ClientCalls;
  readonly query: MessageInitShape<typeof QuerySchema> | undefined;
  readonly after: bigint | undefined;
  readonly afterTracked: string | undefined;
  readonly batchSize: number | undefined;
  readonly headers: HeadersInit | undefined;
  readonly onCaughtUp: ((event: CaughtUp) => void) | undefined;
}

/** One subscription's connections, one after the other. */
export class SubscriptionConnection {
  /** The last event that came: where the reader is, once it asks for more. */
  private last: StoredEvent | undefined;
  /** Where the store ended when it was last asked for. */
  private head: bigint | undefined;
  /** When the server accepted the connection that is open. */
  private acceptedMs: number | undefined;
  /** True if an event has come over the connection that is open. */
  private hasDelivered = false;

  constructor(private readonly plan: SubscriptionPlan) {}

  /** True if the connection was of use: then it is not what was asked for that broke it, and asking anew may help. */
  get hasGotOn(): boolean {
    if (this.hasDelivered) return true;
    return this.acceptedMs !== undefined && performance.now() - this.acceptedMs >= enduredMs;
  }

  /**
   * Subscribes behind a position.
   *
   * @param opened - Called when the server has accepted it.
   * @throws StoreChangedError if it is not the store of the connections before.
   */
  async *open(
    position: bigint | undefined,
    signal: AbortSignal,
    opened: () => void,
  ): AsyncGenerator<StoredEvent[], void> {
    const { stub, calls, query, batchSize, headers, onCaughtUp } = this.plan;
    this.acceptedMs = undefined;
    this.hasDelivered = false;
    const onHeader = (): void => {
      this.acceptedMs = performance.now();
      opened();
    };
    const call: CallOptions = { headers, signal };
    if (this.last) await checkSameStore(stub, calls, this.last, call);
    const after = position ?? (await this.start(call));
    const catchUp = onCaughtUp && new CatchUp(await this.goal(call), onCaughtUp);
    const request = {
      ...(query && { query }),
      ...(after !== undefined && { after }),
      ...(batchSize !== undefined && { batchSize }),
    };
    const messages = calls.stream(
      DCB.method.subscribe,
      { ...call, retry: "never" },
      (stubCall) => stub.subscribe(request, { ...stubCall, onHeader }),
      { endless: true },
    );
    catchUp?.reached(after ?? 0n);
    for await (const { events } of messages) {
      const batch = events.map(storedEvent);
      this.last = batch.at(-1) ?? this.last;
      this.hasDelivered = true;
      yield batch;
      if (this.last) catchUp?.reached(this.last.position); // the reader has come back for more
    }
  }

  private async start(call: CallOptions): Promise<bigint | undefined> {
    const { stub, calls, after, afterTracked: source } = this.plan;
    if (source === undefined) return after;
    const { position } = await calls.unary(DCB.method.getTrackingInfo, call, (stubCall) =>
      stub.getTrackingInfo({ source }, stubCall),
    );
    return position;
  }

  /** The head, and the last event up to it that the subscription will deliver. */
  private async goal(call: CallOptions): Promise<Goal> {
    const { stub, calls, query } = this.plan;
    const { position: head } = await calls.unary(DCB.method.head, call, (stubCall) => stub.head({}, stubCall));
    checkNotShorter(head, this.head);
    this.head = head;
    if (head === undefined) return { head, position: 0n };
    const request = { ...(query && { query }), start: head, backwards: true, limit: 1 };
    let position = 0n;
    for await (const { events } of calls.stream(DCB.method.read, call, (stubCall) => stub.read(request, stubCall))) {
      position = events[0]?.position ?? position;
    }
    return { head, position };
  }
}

/** A connection that lived so long, in milliseconds, was not broken by what it was asked for. */
const enduredMs = 1000;

interface Goal {
  readonly head: bigint | undefined;
  readonly position: bigint;
}

/** Tells once that a position was reached. */
class CatchUp {
  private isDone = false;

  constructor(
    private readonly goal: Goal,
    private readonly tell: (event: CaughtUp) => void,
  ) {}

  reached(position: bigint): void {
    if (this.isDone || position < this.goal.position) return;
    this.isDone = true;
    this.tell({ head: this.goal.head });
  }
}
