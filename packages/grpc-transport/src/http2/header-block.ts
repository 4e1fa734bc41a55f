/** The checked fields of a response or of its trailers. Shared between calls that received the same bytes. */
export interface HeaderBlock {
  /** Names and values in turn, without pseudo-headers. */
  readonly fields: readonly string[];
  /** The value of `:status`; 0 in trailers. */
  readonly status: number;
  /** The value of `content-length`; -1 if there is none. */
  readonly contentLength: number;
  /** Why the block breaks RFC 9113 section 8, if it does: its stream must end with PROTOCOL_ERROR. */
  readonly malformed?: string;
}

/** What stands for headers or trailers that never came. */
export const noHeaders: HeaderBlock = { fields: [], status: 0, contentLength: -1 };

const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const FORBIDDEN_IN_VALUE = /[\0\r\n]/;
const STATUS = /^[1-9][0-9][0-9]$/;
/** RFC 9113 section 8.2.2. */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Checks decoded fields by RFC 9113 sections 8.2 and 8.3.
 *
 * Space around a value is let through though section 8.2.1 forbids it: gRPC servers send `grpc-message` as it is.
 *
 * @param decoded - Names and values in turn.
 */
export function checkHeaders(decoded: readonly string[]): HeaderBlock {
  const fields: string[] = [];
  let status = 0;
  let contentLength = -1;
  for (let i = 0; i + 1 < decoded.length; i += 2) {
    const name = decoded[i] as string; // within bounds
    const value = decoded[i + 1] as string;
    if (FORBIDDEN_IN_VALUE.test(value))
      return malformed(`the value of ${JSON.stringify(name)} has a forbidden character`);
    if (name === ":status") {
      if (status !== 0 || fields.length > 0 || !STATUS.test(value)) return malformed("its :status is invalid");
      status = Number(value);
      continue;
    }
    if (!NAME.test(name)) return malformed(`it has a field named ${JSON.stringify(name.slice(0, 100))}`);
    if (CONNECTION_FIELDS.has(name)) return malformed(`it has a ${name} field`);
    if (name === "content-length") {
      if (!/^\d{1,15}$/.test(value) || (contentLength >= 0 && contentLength !== Number(value))) {
        return malformed("its content-length is invalid");
      }
      contentLength = Number(value);
    }
    fields.push(name, value);
  }
  return { fields, status, contentLength };
}

function malformed(reason: string): HeaderBlock {
  return { fields: [], status: 0, contentLength: -1, malformed: reason };
}
