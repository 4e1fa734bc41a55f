export {
  ClientClosedError,
  NotFoundError,
  OutcomeUnknownError,
  PumiceError,
  SchemaError,
  type SchemaProblem,
} from "@pumice/client-core";
export type { ShelfCallOptions } from "./call.js";
export { Change, increment, merge, push, set, unset } from "./change.js";
export { connectShelf } from "./connect-shelf.js";
export type { FailedShelfCall } from "./errors.js";
export { ShelfServerError } from "./errors.js";
export type { FieldPath, ShelfValue, ValueAt } from "./field-path.js";
export { PythonExpression, pythonExpression } from "./python-expression.js";
export type {
  Answer,
  BatchEntry,
  ChangedItem,
  Iteration,
  Mode,
  Narrowing,
  Ordering,
  Protocol,
  Query,
  QueryBase,
  Selection,
  Shelf,
  ShelfBase,
  ShelfItem,
  ShelfOptions,
  Test,
} from "./query-types.js";
export type {
  ConnectShelfOptions,
  LastResult,
  ShelfClient,
  ShelfClientBase,
  ShelfSource,
  ShelfTransaction,
  TransactionOptions,
  Transactions,
} from "./shelf-client.js";
export { SortKey, sortBy } from "./sort-key.js";
export type { Element, Ordered, Where } from "./where.js";
export { Field, not, Predicate, where } from "./where.js";
export { Float, float } from "./wire/float.js";
