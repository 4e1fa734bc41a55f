import { WireError } from "./wire-error.js";

/** A pickle cannot be read; class and words are those that Python's own reader has for it. */
export class PickleError extends WireError {
  /** @param type - The class of the Python exception, for instance `"UnpicklingError"`. */
  constructor(
    readonly type: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
