import { Code, ConnectError } from "@connectrpc/connect";

const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Written by the transport alone, or meaningless in HTTP/2. */
const RESERVED: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-type",
  "grpc-accept-encoding",
  "grpc-encoding",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/**
 * A caller's headers as names and values in turn, names in lower case. Values of `-bin` headers are base64 already.
 *
 * @throws ConnectError `invalid_argument` for what HTTP cannot carry.
 */
export function headerFields(init: HeadersInit | undefined): string[] {
  const fields: string[] = [];
  if (init === undefined) return fields;
  if (init instanceof Headers) {
    for (const [name, value] of init) if (!RESERVED.has(name)) fields.push(name, value);
  } else if (Symbol.iterator in init) {
    // Pairs: an array, or the Headers of another realm.
    for (const [name = "", value = ""] of init as Iterable<string[]>) addField(fields, name, value);
  } else {
    for (const name of Object.keys(init)) addField(fields, name, (init as Record<string, string>)[name] ?? "");
  }
  return fields;
}

/** Received fields as `Headers`; repeated ones are joined. */
export function toHeaders(...blocks: readonly (readonly string[])[]): Headers {
  const headers = new Headers();
  for (const fields of blocks) appendFields(headers, fields);
  return headers;
}

export function appendFields(headers: Headers, fields: readonly string[]): void {
  for (let i = 0; i + 1 < fields.length; i += 2) headers.append(fields[i] ?? "", fields[i + 1] ?? "");
}

/** The value of the last field of that name. */
export function fieldValue(fields: readonly string[], name: string): string | undefined {
  for (let i = fields.length - 2; i >= 0; i -= 2) if (fields[i] === name) return fields[i + 1];
  return undefined;
}

function addField(fields: string[], originalName: string, value: string): void {
  const name = originalName.toLowerCase();
  if (!NAME.test(name)) {
    throw new ConnectError(`Cannot send a header named ${JSON.stringify(originalName)}`, Code.InvalidArgument);
  }
  const text = String(value);
  if (!VALUE.test(text)) {
    throw new ConnectError(`Cannot send header ${name}: its value has characters HTTP forbids`, Code.InvalidArgument);
  }
  if (!RESERVED.has(name)) fields.push(name, text.trim());
}
