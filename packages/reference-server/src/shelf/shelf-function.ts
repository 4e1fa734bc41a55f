import {
  type ChangeForm,
  changeValue,
  compareItems,
  type Form,
  type Item,
  type Operand,
  type PredicateForm,
  testItem,
} from "@pumice/shelf-client/wire";
import { PythonError } from "./python-error.js";

/** A function that a client sent as a form. It is interpreted; nothing of it is ever run. */
export class ShelfFunction {
  constructor(private readonly form: Form) {}

  /** @throws PythonError if it is no predicate. */
  get test(): (item: Item) => boolean {
    const [kind, content] = this.form;
    return kind === "filter" ? (item) => testItem(content as PredicateForm, item) : this.refuse("a predicate");
  }

  /** @throws PythonError if it is no sort key. */
  get compare(): (a: Item, b: Item) => number {
    const [kind, content] = this.form;
    return kind === "sort" ? (a, b) => compareItems(content as readonly Operand[], a, b) : this.refuse("a sort key");
  }

  /** @throws PythonError if it is no edit. */
  get edit(): (item: Item) => unknown {
    const [kind, content] = this.form;
    return kind === "edit" ? (item) => changeValue(content as readonly ChangeForm[], item) : this.refuse("an edit");
  }

  private refuse(wanted: string): never {
    throw cannotRun(`a ${this.form[0]} in the place of ${wanted}`);
  }
}

/** The refusal of what only a Python could run. */
export function cannotRun(what: string): PythonError {
  return new PythonError("NotImplementedError", `Cannot run ${what}: this server interprets Pumice's own forms only`);
}
