import { type ConnectRouter, createConnectRouter, createContextValues } from "@connectrpc/connect";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { openStreamKey } from "./open-stream.js";
import { sendHead } from "./send-head.js";
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
    // Node 20's HTTP/2 client leaves out the brackets of an IPv6 host, which makes no URL; no service looks at the host.
    if (request.httpVersionMajor === 2) request.headers[":authority"] = "reference-server";
    let call: ReturnType<typeof universalRequestFromNodeRequest>;
    const values = createContextValues();
    try {
      call = universalRequestFromNodeRequest(request, response, undefined, values);
      values.set(openStreamKey, { clientGone: call.signal, sendHead: (header) => sendHead(response, header) });
      call.body = request.iterator({ destroyOnReturn: false });
    } catch {
      response.writeHead(400).end();
      return;
    }
    // A body that a service refused half-read is let through: over HTTP/1.1 the next request stands behind it.
    response.once("finish", () => request.resume());
    try {
      await universalResponseToNodeResponse(await handler(call), response);
    } catch {
      response.destroy(); // the client has gone: there is nobody to tell
    }
  };
}
