import type { Backend, BackendOptions } from "./backend.js";
import type { Call } from "./call.js";
import { compileV2, lacking } from "./compile-v2.js";
import { exchange } from "./connection/exchange.js";
import { FifoGate } from "./connection/fifo-gate.js";
import { AnsweredError } from "./errors.js";
import type { PlanResult } from "./plan.js";
import { readAs } from "./read-answer.js";
import { decodeAnswer } from "./wire/decode-answer.js";
import { readError } from "./wire/server-error.js";
import { encodeRequest, queryRequest, type Request, transactionRequest } from "./wire/v2-request.js";

/** The second generation: a connection for each request, so many at a time that the server's queue holds them. */
export function backendV2({ address, limits, maxConnections }: BackendOptions): Backend {
  const gate = new FifoGate(maxConnections);

  const send = async (
    request: Request,
    asked: { readonly writes: boolean; readonly read: (answer: unknown) => PlanResult },
    call: Call,
  ): Promise<PlanResult> => {
    const bytes = encodeRequest(request);
    const leave = await gate.enter(call.signal);
    try {
      const onSend = (): void => {
        call.attempts++;
        call.isUncertain = asked.writes;
      };
      const answer = await exchange(address, bytes, { limits, signal: call.signal, onSend });
      const result = readAs(() => {
        const value = decodeAnswer(answer);
        const error = readError(value);
        if (error) throw new AnsweredError(error);
        return asked.read(value);
      });
      call.isUncertain = false;
      return result;
    } finally {
      leave();
    }
  };

  return {
    protocol: 2,
    async run(plan, call) {
      const compiled = compileV2(plan);
      try {
        return await send(queryRequest(plan.shelf, compiled.request), compiled, call);
      } catch (error) {
        // Nothing to change is no failure: the other generation answers an empty list.
        if (error instanceof AnsweredError && error.answer.message.endsWith(" requires existing selection.")) return [];
        throw error;
      }
    },
    async batch(plans, call) {
      const compiled = plans.map(compileV2);
      const txs = compiled.map(({ request }, index) => ({ shelf: plans[index]?.shelf ?? "", queries: request }));
      const request = transactionRequest(txs);
      return await send(request, { writes: request.write, read: compiled.at(-1)?.read ?? (() => undefined) }, call);
    },
    async transaction() {
      throw lacking("transaction", 2);
    },
    close: () => undefined,
  };
}
