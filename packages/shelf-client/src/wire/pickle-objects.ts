/** What a pickle can hold besides plain data. Nothing here is ever looked up or run on this side. */

/** A Python class or function, by name. */
export class PickleGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}
}

/** A call that the side that reads the pickle makes: REDUCE. */
export class PickleCall {
  constructor(
    readonly callable: unknown,
    readonly args: readonly unknown[],
  ) {}
}

/** A tuple, which Python tells from a list. */
export class PickleTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** A set or a frozenset. */
export class PickleSet {
  constructor(
    readonly items: readonly unknown[],
    readonly isFrozen: boolean = false,
  ) {}
}

/** A value that errors name by itself instead of by its place: `data.at`, not `put.value.at`. It travels as the value. */
export class Named {
  constructor(
    readonly name: string,
    readonly value: unknown,
  ) {}
}
