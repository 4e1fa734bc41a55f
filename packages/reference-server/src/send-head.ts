import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";

/**
 * Sends a response's head before there is a body. Connect sends it with the first message; what it sends then is dropped,
 * as it is the same.
 */
export function sendHead(response: ServerResponse | Http2ServerResponse, header: Headers): void {
  if (response.headersSent) return;
  const writeHead = response.writeHead.bind(response) as (status: number, headers: Record<string, string>) => void;
  writeHead(200, Object.fromEntries(header));
  if ("flushHeaders" in response) response.flushHeaders(); // over HTTP/2 they have gone out already
  Object.defineProperty(response, "writeHead", { value: () => response });
}
