import { OutcomeUnknownError, PumiceError } from "@pumice/shelf-client";

/** What the caller of a write was told. */
export type Outcome = "done" | "not done" | "unknown";

interface Entry {
  readonly shelf: string;
  /** Written together: all of them, or none. */
  readonly marks: readonly string[];
  outcome: Outcome;
}

/** Marks that were written, each once, and what their writers were told. */
export class ShelfLedger {
  readonly problems: string[] = [];
  private readonly entries: Entry[] = [];

  /** Records a write that begins; whoever makes it sets its outcome in the end. */
  begin(shelf: string, marks: readonly string[]): Entry {
    const entry: Entry = { shelf, marks, outcome: "unknown" };
    this.entries.push(entry);
    return entry;
  }

  /** The writes that are done by now. */
  done(): readonly Entry[] {
    return this.entries.filter(({ outcome }) => outcome === "done");
  }

  /**
   * Checks what a reader saw of a shelf: nothing twice, no part of a write, nothing of a write that was not done.
   *
   * @param doneBefore - What was done before the reader asked, and must be there.
   */
  checkRead(shelf: string, seen: readonly string[], doneBefore: readonly Entry[]): void {
    const unique = new Set(seen);
    if (unique.size < seen.length) this.problems.push(`something is there twice: ${seen.join(" ")}`);
    for (const entry of this.entries.filter((each) => each.shelf === shelf)) {
      const { marks, outcome } = entry;
      const found = marks.filter((mark) => unique.has(mark)).length;
      const fact = `${found} of ${marks.join(" ")}, ${outcome}`;
      if (found > 0 && found < marks.length) this.problems.push(`a part is there: ${fact}`);
      if (found > 0 && outcome === "not done") this.problems.push(`it is there: ${fact}`);
      if (found === 0 && doneBefore.includes(entry)) this.problems.push(`it is not there: ${fact}`);
    }
  }
}

/** Runs a call to its end, which must be an answer or an error of the client's own. */
export async function outcomeOf(
  run: () => Promise<unknown>,
  { problems }: Pick<ShelfLedger, "problems">,
): Promise<{ readonly outcome: Outcome; readonly name: string }> {
  try {
    await run();
    return { outcome: "done", name: "ok" };
  } catch (error) {
    if (!(error instanceof PumiceError)) problems.push(`no error of the client's: ${String(error)}`);
    const kind = error instanceof PumiceError ? error.kind : "foreign";
    return { outcome: error instanceof OutcomeUnknownError ? "unknown" : "not done", name: kind };
  }
}
