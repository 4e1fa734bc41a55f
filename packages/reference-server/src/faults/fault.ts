import { Code } from "@connectrpc/connect";

/**
 * How a client is told that its call is lost.
 *
 * - `"stream"`: its HTTP/2 stream is reset with CANCEL, as when a proxy loses its server. Other calls of the connection
 *   go on. Over HTTP/1.1 the connection ends, which carries one call at a time.
 * - `"connection"`: the connection is cut, with every other call on it.
 * - `"silence"`: not at all; the call ends when the client gives up, or the server closes.
 *
 * In process the first two are the same: an `unavailable` without anything of an answer.
 */
export type Loss = "stream" | "connection" | "silence";

/** Every fault by its kind, with what can be set about it. */
export interface FaultSettings {
  /** The request never reaches the service. `loss` is `"stream"` unless set. */
  readonly dropRequest: { readonly loss?: Loss | undefined };
  /** The service does its work, the answer is lost. `loss` is `"stream"` unless set. */
  readonly dropAnswer: { readonly loss?: Loss | undefined };
  /**
   * The client is cut off at once, and the request reaches the service later: when `calls` others have been served
   * (1 unless set), just before the last of them is answered. `loss` is `"stream"` unless set. Requests that are streamed
   * both ways are dropped instead.
   */
  readonly holdRequest: { readonly calls?: number | undefined; readonly loss?: Loss | undefined };
  /** The request reaches the service after `ms` milliseconds, 50 unless set. */
  readonly delay: { readonly ms?: number | undefined };
  /**
   * A streamed answer is lost after `messages` messages, 1 unless set; a shorter one is not harmed. For rpcs with a
   * streamed answer only. `loss` is `"stream"` unless set.
   */
  readonly abortStream: { readonly messages?: number | undefined; readonly loss?: Loss | undefined };
  /**
   * The service does its work, and RST_STREAM takes the place of the answer, with `errorCode` of HTTP/2: INTERNAL_ERROR
   * (2) unless set. Over HTTP/1.1 the connection ends, in process the call is lost.
   */
  readonly reset: { readonly errorCode?: number | undefined };
  /** The connection takes no more calls (GOAWAY, `connection: close`); this one is served. Nothing in process. */
  readonly goAway: Readonly<Record<never, never>>;
  /**
   * The call is refused before anything looks at it: REFUSED_STREAM, which a client may take as never sent. HTTP/1.1 has
   * no such thing: 503. In process the error has the mark `Symbol.for("@pumice/never-sent")`.
   */
  readonly refuse: Readonly<Record<never, never>>;
  /** An error is answered, and the request never reaches the service. `code` is UNAVAILABLE unless set. */
  readonly fail: {
    readonly code?: Code | undefined;
    readonly message?: string | undefined;
    /** For instance `{ "grpc-retry-pushback-ms": "100" }`. */
    readonly metadata?: Readonly<Record<string, string>> | undefined;
  };
  /** All tokens issued so far become invalid, that of this call included. */
  readonly expireTokens: Readonly<Record<never, never>>;
}

export type FaultKind = keyof FaultSettings;

type Settled<K extends FaultKind> = { readonly kind: K } & {
  readonly [S in keyof FaultSettings[K]]-?: Exclude<FaultSettings[K][S], undefined>;
};

/** A fault with nothing left to set. */
export type Fault = { readonly [K in FaultKind]: Settled<K> }[FaultKind];

const defaults: { readonly [K in FaultKind]: Omit<Settled<K>, "kind"> } = {
  dropRequest: { loss: "stream" },
  dropAnswer: { loss: "stream" },
  holdRequest: { calls: 1, loss: "stream" },
  delay: { ms: 50 },
  abortStream: { messages: 1, loss: "stream" },
  reset: { errorCode: 2 },
  goAway: {},
  refuse: {},
  fail: { code: Code.Unavailable, message: "an injected fault", metadata: {} },
  expireTokens: {},
};

/** In the order in which a seeded draw looks at them: a new one goes to the end. */
export const faultKinds = Object.keys(defaults) as readonly FaultKind[];

/** @throws TypeError if the kind or a setting is unknown or has a wrong type, RangeError if a number is out of range. */
export function faultOf<K extends FaultKind>(kind: K, settings: FaultSettings[K]): Fault {
  const known = Object.hasOwn(defaults, kind) ? defaults[kind] : undefined;
  if (!known) throw new TypeError(`Cannot inject ${kind}: the faults are ${faultKinds.join(", ")}`);
  const fault: Record<string, unknown> = { kind, ...known };
  for (const [name, value] of Object.entries(settings)) {
    if (!(name in known)) {
      const names = Object.keys(known).join(", ") || "nothing";
      throw new TypeError(`Cannot inject ${kind}: it has no setting ${name}, what can be set is ${names}`);
    }
    if (value === undefined) continue;
    check(kind, name, value);
    fault[name] = value;
  }
  return fault as Fault; // its kind and settings come from one row of the table
}

const losses: readonly unknown[] = ["stream", "connection", "silence"] satisfies Loss[];

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  calls: [1, Number.MAX_SAFE_INTEGER],
  ms: [0, 2_147_483_647], // a timer that is set to more than 31 bits hold fires at once
  messages: [0, Number.MAX_SAFE_INTEGER],
  errorCode: [0, 0xff_ff_ff_ff],
  code: [Code.Canceled, Code.Unauthenticated],
};

function check(kind: FaultKind, name: string, value: unknown): void {
  const range = ranges[name];
  if (range) {
    const [lowest, highest] = range;
    if (Number.isInteger(value) && (value as number) >= lowest && (value as number) <= highest) return;
    const wanted = `a whole number from ${lowest} to ${highest}`;
    throw new RangeError(`Cannot inject ${kind}: ${name} must be ${wanted}, got ${String(value)}`);
  }
  if (name === "loss" && !losses.includes(value)) {
    throw new TypeError(`Cannot inject ${kind}: loss must be one of ${losses.join(", ")}, got ${String(value)}`);
  }
  if (name === "message" && typeof value !== "string") {
    throw new TypeError(`Cannot inject ${kind}: message must be a string, got ${typeof value}`);
  }
  if (name === "metadata") new Headers(value as Record<string, string>); // throws a TypeError that names the header
}
