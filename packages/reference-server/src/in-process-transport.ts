import { type ConnectRouter, createRouterTransport, type Transport } from "@connectrpc/connect";
import { withoutAnswer } from "./faults/lost-call.js";

/** Reaches services in process. A call that a fault takes the answer from ends as if a connection had been lost. */
export function inProcessTransport(register: (router: ConnectRouter) => void): Transport {
  const transport = createRouterTransport(register);
  return {
    async unary(...call) {
      try {
        return await transport.unary(...call);
      } catch (error) {
        throw withoutAnswer(error);
      }
    },
    async stream(...call) {
      try {
        const response = await transport.stream(...call);
        return { ...response, message: translated(response.message) };
      } catch (error) {
        throw withoutAnswer(error);
      }
    },
  };
}

async function* translated<T>(messages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw withoutAnswer(error);
  }
}
