import { type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { DCB, ErrorResponse_ErrorType as ErrorType } from "@pumice/stubs/umadb";
import type { ConflictText } from "./conflict-text.js";
import { errorAnswer } from "./error-answer.js";
import { StoreError } from "./store-error.js";

/** Limit of the real server for a message that it receives, in bytes. */
export const maxRequestBytes = 4_194_304;

export interface AnswerOptions {
  readonly apiKey: string | undefined;
  readonly conflictText: ConflictText;
}

/**
 * Refuses calls without the key and requests that are too large, and words every error as UmaDB does. It stands around
 * the methods: an interceptor has no hand on the trailers of a call that fails, where UmaDB's details belong.
 */
export function answering(
  methods: ServiceImpl<typeof DCB>,
  { apiKey, conflictText }: AnswerOptions,
): ServiceImpl<typeof DCB> {
  const check = (desc: DescMessage, request: Message, { requestHeader }: HandlerContext): void => {
    if (apiKey !== undefined && requestHeader.get("authorization") !== `Bearer ${apiKey}`) {
      throw new StoreError(ErrorType.AUTHENTICATION, "authentication error: missing or invalid API key");
    }
    checkSize(desc, request);
  };
  const answered = (error: unknown, context: HandlerContext): unknown =>
    error instanceof StoreError ? errorAnswer(error, context, conflictText) : error;

  const unary =
    <I extends Message, O>(desc: DescMessage, method: (request: I, context: HandlerContext) => O) =>
    async (request: I, context: HandlerContext): Promise<Awaited<O>> => {
      try {
        check(desc, request, context);
        return await method(request, context);
      } catch (error) {
        throw answered(error, context);
      }
    };
  const stream = <I extends Message, O>(
    desc: DescMessage,
    method: (request: I, context: HandlerContext) => AsyncIterable<O>,
  ) =>
    async function* (request: I, context: HandlerContext): AsyncGenerator<O, void> {
      try {
        check(desc, request, context);
        yield* method(request, context);
      } catch (error) {
        throw answered(error, context);
      }
    };

  const { append, head, getTrackingInfo, read, subscribe } = DCB.method;
  return {
    append: unary(append.input, methods.append),
    head: unary(head.input, methods.head),
    getTrackingInfo: unary(getTrackingInfo.input, methods.getTrackingInfo),
    read: stream(read.input, methods.read),
    subscribe: stream(subscribe.input, methods.subscribe),
  };
}

/** In the real server's words, which are those of its gRPC library. */
function checkSize(desc: DescMessage, message: Message): void {
  const { length } = toBinary(desc, message);
  if (length <= maxRequestBytes) return;
  throw new ConnectError(
    `Error, decoded message length too large: found ${length} bytes, the limit is: ${maxRequestBytes} bytes`,
    Code.OutOfRange,
  );
}
