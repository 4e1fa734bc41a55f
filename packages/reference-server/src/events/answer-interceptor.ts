import { type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { ErrorResponse_ErrorType as ErrorType } from "@pumice/stubs/umadb";
import type { ConflictText } from "./conflict-text.js";
import { errorAnswer } from "./error-answer.js";
import { StoreError } from "./store-error.js";

/** Limit of the real server for a message that it receives, in bytes. */
export const maxRequestBytes = 4_194_304;

export interface AnswerOptions {
  readonly apiKey: string | undefined;
  readonly conflictText: ConflictText;
}

/** Refuses calls without the key and requests that are too large, and words every error as UmaDB does. */
export function answerInterceptor({ apiKey, conflictText }: AnswerOptions): Interceptor {
  return (next) => async (request) => {
    const answered = (error: unknown): unknown =>
      error instanceof StoreError ? errorAnswer(error, isConnect(request.header), conflictText) : error;
    try {
      if (apiKey !== undefined && request.header.get("authorization") !== `Bearer ${apiKey}`) {
        throw new StoreError(ErrorType.AUTHENTICATION, "authentication error: missing or invalid API key");
      }
      const { input } = request.method;
      if (!request.stream) {
        checkSize(input, request.message);
        return await next(request);
      }
      const response = await next({ ...request, message: checkedSizes(input, request.message) });
      if (!response.stream) return response;
      return { ...response, message: mappedErrors(response.message, answered) };
    } catch (error) {
      throw answered(error);
    }
  };
}

/** A Connect GET has no content type; gRPC and gRPC-Web have their own. */
function isConnect(header: Headers): boolean {
  return !header.get("content-type")?.startsWith("application/grpc");
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

async function* checkedSizes<T extends Message>(desc: DescMessage, messages: AsyncIterable<T>): AsyncIterable<T> {
  for await (const message of messages) {
    checkSize(desc, message);
    yield message;
  }
}

async function* mappedErrors<T>(items: AsyncIterable<T>, map: (error: unknown) => unknown): AsyncIterable<T> {
  try {
    yield* items;
  } catch (error) {
    throw map(error);
  }
}
