import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import { type DatabaseNullableSettings, DatabaseNullableSettingsSchema } from "@pumice/stubs/immudb";
import type { LedgerDatabaseSettings } from "./ledger-databases.js";

/** The message of some settings: each scalar is wrapped, so that one left out is told from a zero. */
export function settingsMessage(settings: LedgerDatabaseSettings): DatabaseNullableSettings {
  // A walk by the message's own description cannot be typed further.
  return wrapped(DatabaseNullableSettingsSchema, settings) as DatabaseNullableSettings;
}

/** Settings of an answer, without those that it does not tell. */
export function plainSettings(message: DatabaseNullableSettings | undefined): LedgerDatabaseSettings {
  return message ? (unwrapped(message) as LedgerDatabaseSettings) : {};
}

/** @throws TypeError if there is no setting of a name, RangeError if a number does not fit. */
function wrapped(schema: DescMessage, plain: unknown): Message {
  if (typeof plain !== "object" || plain === null) throw new TypeError("Cannot send settings: they must be an object");
  const fields = Object.entries(plain).flatMap(([name, value]) => {
    const type = schema.field[name]?.message;
    if (!type) throw new TypeError(`Cannot send settings: there is none called ${JSON.stringify(name)}`);
    if (value === undefined) return [];
    return [[name, isWrapper(type) ? create(type, { value }) : wrapped(type, value)]];
  });
  return create(schema, Object.fromEntries(fields));
}

function isWrapper(type: DescMessage): boolean {
  return type.name.startsWith("Nullable");
}

function unwrapped(message: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(message).flatMap(([name, field]) => {
      if (name.startsWith("$") || typeof field !== "object" || field === null) return [];
      return [[name, "value" in field ? field.value : unwrapped(field)]];
    }),
  );
}
