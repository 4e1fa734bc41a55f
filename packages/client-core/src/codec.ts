import type { StandardSchemaV1 } from "@standard-schema/spec";
import { checkText } from "./check-text.js";
import { toText } from "./to-text.js";
import { validate } from "./validate.js";

/**
 * Turns values into bytes and back. {@link text}, {@link bytes} and {@link json} are ready ones.
 *
 * `where` says what the value is, for the errors of a codec that wants to tell: `value of key "user:1" in family "users"`.
 */
export interface Codec<T> {
  encode(value: T, where?: string): Uint8Array;
  /** Throws if the bytes are not what `encode` makes. */
  decode(bytes: Uint8Array, where?: string): T;
}

/** A codec whose values may be validated on the way, which may take its time. Every {@link Codec} is one too. */
export interface ValueCodec<Input, Output = Input> {
  encode(value: Input, where?: string): Uint8Array | Promise<Uint8Array>;
  decode(bytes: Uint8Array, where?: string): Output | Promise<Output>;
}

/** What a client takes where values are typed: a codec, or a Standard Schema, which means JSON that fits it. */
export type CodecOrSchema = ValueCodec<never, unknown> | StandardSchemaV1;

/** What may be stored where a codec or a schema stands. */
export type InputOf<C extends CodecOrSchema> = C extends StandardSchemaV1
  ? StandardSchemaV1.InferInput<C>
  : C extends { encode(value: infer Input): unknown }
    ? Input
    : never;

/** What is read where a codec or a schema stands. */
export type OutputOf<C extends CodecOrSchema> = C extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<C>
  : C extends { decode(bytes: Uint8Array): infer Output }
    ? Awaited<Output>
    : never;

/** Strings as UTF-8. Throws a TypeError for half a surrogate pair, and for bytes that are not UTF-8. */
export const text: Codec<string> = {
  encode: (value, where = "value") => new TextEncoder().encode(checkText(value, where)),
  decode: (stored, where = "value") => toText(stored, where),
};

/** Bytes as they are. */
export const bytes: Codec<Uint8Array> = {
  encode(value, where = "value") {
    if (value instanceof Uint8Array) return value;
    throw new TypeError(
      `Cannot send the ${where}: it must be a Uint8Array, got ${value === null ? "null" : typeof value}`,
    );
  },
  decode: (stored) => stored,
};

/**
 * JSON as UTF-8, which is not validated: `T` is the caller's word. Throws a TypeError for what JSON does not know
 * (undefined, a function, a bigint, a circle), and for bytes that are not JSON.
 */
export function json<T = unknown>(): Codec<T>;
/**
 * JSON that fits a schema. What is stored is the validated *input*; what is read is validated again and comes as the
 * schema's *output*. So the input must come out of JSON as it went in: a `Date` comes out as a string.
 *
 * Throws a {@link SchemaError} for what does not fit.
 */
export function json<S extends StandardSchemaV1>(
  schema: S,
): ValueCodec<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>>;
export function json(schema?: StandardSchemaV1): ValueCodec<unknown> {
  return schema ? validated(plainJson, schema) : plainJson;
}

/** The codec that a codec or a schema stands for. */
export function codecOf<C extends CodecOrSchema>(codecOrSchema: C): ValueCodec<InputOf<C>, OutputOf<C>>;
export function codecOf(codecOrSchema: CodecOrSchema): ValueCodec<never, unknown> {
  // Asked first: a schema may have methods called encode and decode, which do something else.
  return "~standard" in codecOrSchema ? json(codecOrSchema) : codecOrSchema;
}

const plainJson: Codec<unknown> = {
  encode(value, where = "value") {
    return new TextEncoder().encode(stringify(value, where));
  },
  decode(stored, where = "value") {
    const source = toText(stored, where);
    try {
      return JSON.parse(source);
    } catch (cause) {
      throw new TypeError(`Cannot read the ${where}: it is not JSON`, { cause });
    }
  },
};

function stringify(value: unknown, where: string): string {
  try {
    const source: string | undefined = JSON.stringify(value);
    if (source !== undefined) return source;
  } catch (cause) {
    throw new TypeError(`Cannot send the ${where}: JSON cannot hold it`, { cause });
  }
  throw new TypeError(`Cannot send the ${where}: JSON has nothing for ${typeof value}`);
}

function validated(codec: Codec<unknown>, schema: StandardSchemaV1): ValueCodec<unknown> {
  return {
    encode(value, where = "value") {
      const output = validate(schema, value, where);
      return output instanceof Promise ? output.then(() => codec.encode(value, where)) : codec.encode(value, where);
    },
    decode: (stored, where = "value") => validate(schema, codec.decode(stored, where), where),
  };
}
