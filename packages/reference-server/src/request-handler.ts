import { type ConnectRouter, createConnectRouter } from "@connectrpc/connect";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import type { RequestHandler } from "./shared-port.js";

/**
 * Answers requests by the services of a Connect router: 404 where there is none, 400 where host and path make no URL.
 *
 * `connectNodeAdapter` does nearly the same, but throws on the second and prints every call that a client cancels.
 */
export function requestHandler(register: (router: ConnectRouter) => void): RequestHandler {
  const router = createConnectRouter({ acceptCompression: [compressionGzip, compressionBrotli] });
  register(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

  return async (request, response) => {
    const [path = ""] = request.url?.split("?", 1) ?? [];
    const handler = handlers.get(path);
    if (!handler) {
      response.writeHead(404).end();
      return;
    }
    let call: ReturnType<typeof universalRequestFromNodeRequest>;
    try {
      call = universalRequestFromNodeRequest(request, response, undefined, undefined);
    } catch {
      response.writeHead(400).end();
      return;
    }
    try {
      await universalResponseToNodeResponse(await handler(call), response);
    } catch {
      response.destroy(); // the client has gone: there is nobody to tell
    }
  };
}
