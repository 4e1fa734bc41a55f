import { correctDetails } from "./exact-status.js";

/**
 * Lets Connect-Web's gRPC-Web transport tell UmaDB's errors behind a proxy, each of which it reports as "data loss"
 * otherwise.
 *
 * @param fetch - What sends the requests. @defaultValue globalThis.fetch
 * @example
 * const transport = createGrpcWebTransport({ baseUrl, fetch: withExactFetchErrors() });
 */
export function withExactFetchErrors(fetch: typeof globalThis.fetch = globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    correctDetails(headers);
    const { status, statusText } = response;
    const isGrpcWeb = headers.get("content-type")?.startsWith("application/grpc-web");
    const body = isGrpcWeb ? response.body?.pipeThrough(trailerCorrection()) : response.body;
    return new Response(body ?? null, { status, statusText, headers });
  };
}

/** Passes frames on, the last of which holds the trailers as text. */
function trailerCorrection(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let pending: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Bytes of a message that go through as they come. */
  let passing = 0;
  return new TransformStream({
    transform(chunk, controller) {
      pending = joined(pending, chunk);
      while (pending.length > 0) {
        if (passing === 0) {
          const size = frameSize(pending);
          const isWhole = pending.length >= size;
          if (pending.length < prefixBytes || (isTrailer(pending) && !isWhole)) return;
          if (isTrailer(pending)) {
            controller.enqueue(correctedTrailer(pending.subarray(0, size)));
            pending = pending.subarray(size);
            continue;
          }
          passing = size;
        }
        const passed = pending.subarray(0, passing);
        controller.enqueue(passed);
        passing -= passed.length;
        pending = pending.subarray(passed.length);
      }
    },
    flush(controller) {
      if (pending.length > 0) controller.enqueue(pending); // cut off: that is for the transport to say
    },
  });
}

const prefixBytes = 5;

/** Infinity if not even the prefix is there. */
function frameSize(bytes: Uint8Array): number {
  if (bytes.length < prefixBytes) return Number.POSITIVE_INFINITY;
  return prefixBytes + new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
}

function isTrailer(frame: Uint8Array): boolean {
  return ((frame[0] ?? 0) & 0x80) !== 0;
}

function correctedTrailer(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const trailer = new Headers();
  for (const line of new TextDecoder().decode(frame.subarray(prefixBytes)).split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) trailer.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  correctDetails(trailer);
  const text = [...trailer].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const payload = new TextEncoder().encode(text);
  const corrected = new Uint8Array(prefixBytes + payload.length);
  corrected[0] = frame[0] ?? 0;
  new DataView(corrected.buffer).setUint32(1, payload.length);
  corrected.set(payload, prefixBytes);
  return corrected;
}

function joined(first: Uint8Array<ArrayBuffer>, second: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
