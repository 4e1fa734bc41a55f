/** How much a bench does. */
export interface BenchOptions {
  /** How often every client has its turn. */
  readonly rounds: number;
  /** How long one measurement takes, in milliseconds. */
  readonly measureMs: number;
}
