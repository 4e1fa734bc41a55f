import { type ConnectRouter, createConnectRouter, createContextValues } from "@connectrpc/connect";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { callWire } from "./faults/call-wire.js";
import { NodeCallWire } from "./faults/node-call-wire.js";
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

  return async (request, response, socket) => {
    const [path = ""] = request.url?.split("?", 1) ?? [];
    const handler = handlers.get(path);
    if (!handler) {
      response.writeHead(404).end();
      return;
    }
    // Node 20's HTTP/2 client leaves out the brackets of an IPv6 host, which makes no URL; no service looks at the host.
    if (request.httpVersionMajor === 2) request.headers[":authority"] = "reference-server";
    const wire = new NodeCallWire(response, socket);
    let call: ReturnType<typeof universalRequestFromNodeRequest>;
    try {
      call = universalRequestFromNodeRequest(request, response, undefined, createContextValues().set(callWire, wire));
      call.body = request.iterator({ destroyOnReturn: false });
    } catch {
      response.writeHead(400).end();
      return;
    }
    // A body that a service refused half-read is let through: over HTTP/1.1 the next request stands behind it.
    response.once("finish", () => request.resume());
    try {
      const answer = await handler(call);
      if (!wire.isEnded) await universalResponseToNodeResponse(answer, response);
    } catch {
      response.destroy(); // the client has gone: there is nobody to tell
    }
  };
}
