import { push, type ShelfClient } from "@pumice/shelf-client";
import type { SeededRandom } from "../seeded-random.ts";
import { outcomeOf, ShelfLedger } from "./shelf-ledger.ts";

export interface LoadOptions {
  readonly protocol: 2 | 3;
  readonly calls: number;
  readonly inFlight: number;
  /** Called before each call, to make something go wrong. */
  readonly disturb: () => void;
}

/** The items that hold lists of marks; the other marks are keys of a shelf. */
const sides = ["left", "right"] as const;
const limits = { timeoutMs: 2_000 };

type Write = (marks: readonly string[]) => Promise<unknown>;

/** Random calls, some at a time, each of which leaves marks of its own, so that its effects can be counted. */
export class ShelfLoad {
  readonly ledger = new ShelfLedger();
  /** How often each outcome occurred. */
  readonly outcomes = new Map<string, number>();
  private started = 0;

  constructor(
    private readonly db: ShelfClient,
    private readonly random: SeededRandom,
    private readonly options: LoadOptions,
  ) {}

  /** Makes what the calls change, on a server that works. */
  static async prepare(db: ShelfClient): Promise<void> {
    await db.shelf("lists").putMany(sides.map((key) => ({ key, data: { marks: [] } })));
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.options.inFlight }, () => this.work()));
  }

  /** Compares what is there in the end with what the callers were told. */
  async check(db: ShelfClient): Promise<void> {
    for (const shelf of ["lists", "keys"] as const) {
      const done = this.ledger.done();
      this.ledger.checkRead(shelf, await marksIn(db, shelf), done);
    }
  }

  private async work(): Promise<void> {
    while (this.started < this.options.calls) {
      const name = `${this.started++}`;
      this.options.disturb();
      if (this.random.chance(0.2)) await this.read();
      else await this.write(name);
    }
  }

  private async read(): Promise<void> {
    const shelf = this.random.pick(["lists", "keys"] as const);
    const done = this.ledger.done();
    await this.settle(async () => this.ledger.checkRead(shelf, await marksIn(this.db, shelf), done));
  }

  private async write(name: string): Promise<void> {
    const ways = this.options.protocol === 3 ? [...this.ways, this.inTransaction] : this.ways;
    const { shelf, count, run } = this.random.pick(ways);
    const marks = sides.slice(0, count).map((side) => `${side}-${name}`);
    const recorded = this.ledger.begin(shelf, marks);
    recorded.outcome = await this.settle(() => run(marks));
  }

  private async settle(run: () => Promise<unknown>): Promise<"done" | "not done" | "unknown"> {
    const { outcome, name } = await outcomeOf(run, this.ledger);
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    return outcome;
  }

  private readonly ways: readonly { shelf: "lists" | "keys"; count: 1 | 2; run: Write }[] = [
    { shelf: "keys", count: 1, run: async ([mark = ""]) => await this.db.shelf("keys").put(mark, {}, limits) },
    {
      shelf: "keys",
      count: 2,
      run: async (marks) =>
        await this.db.shelf("keys").putMany(
          marks.map((key) => ({ key, data: {} })),
          limits,
        ),
    },
    {
      shelf: "lists",
      count: 1,
      run: async ([mark = ""]) => await this.db.shelf("lists").key("left").edit(push("marks", mark), limits),
    },
    {
      shelf: "lists",
      count: 2,
      run: async (marks) =>
        await this.db.batch(
          (batch) =>
            marks.map((mark, i) =>
              batch
                .shelf("lists")
                .key(sides[i] ?? "")
                .edit(push("marks", mark)),
            ),
          limits,
        ),
    },
  ];

  private readonly inTransaction = {
    shelf: "lists",
    count: 2,
    run: async (marks: readonly string[]) =>
      await this.db.transaction(async (tx) => {
        for (const [i, mark] of marks.entries()) {
          await tx
            .shelf("lists")
            .key(sides[i] ?? "")
            .edit(push("marks", mark));
        }
      }, limits),
  } as const;
}

/** All marks of a shelf, at one moment. */
async function marksIn(db: ShelfClient, shelf: "lists" | "keys"): Promise<string[]> {
  const items = await db.shelf(shelf).toArray(limits);
  if (shelf === "keys") return items.map(({ key }) => key);
  return items.flatMap(({ data }) => (data as { readonly marks: readonly string[] }).marks);
}
