import type { StreamResponse } from "@connectrpc/connect";

type Messages = StreamResponse["message"];

/** Reads the first message along with the response: whatever fails before it rejects here. */
export async function withFirstMessage(response: StreamResponse): Promise<StreamResponse> {
  const messages = response.message[Symbol.asyncIterator]();
  let first: Promise<IteratorResult<Awaited<ReturnType<typeof messages.next>>["value"]>> | undefined = messages.next();
  await first;
  const next = () => {
    const result = first ?? messages.next();
    first = undefined;
    return result;
  };
  return { ...response, message: { [Symbol.asyncIterator]: () => ({ next }) } };
}

/**
 * The same response; if it fails before its first message, what `recover` gives is read instead. gRPC may refuse a
 * stream in its headers or in its trailers, Connect does at its end: the first read decides. Header and trailer stay
 * those of the first response.
 */
export function recoverFirstMessage(
  response: StreamResponse,
  recover: (error: unknown) => Promise<StreamResponse>,
): StreamResponse {
  return { ...response, message: recovered(response.message, recover) };
}

async function* recovered(source: Messages, recover: (error: unknown) => Promise<StreamResponse>): Messages {
  let messages = source[Symbol.asyncIterator]();
  let result = await messages.next().catch(async (error: unknown) => {
    messages = (await recover(error)).message[Symbol.asyncIterator]();
    return messages.next();
  });
  while (!result.done) {
    yield result.value;
    result = await messages.next();
  }
}
