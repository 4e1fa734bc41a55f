import { decodeAnswer, encodeRequest, type Request } from "@pumice/shelf-client/wire";
import { rawShelfRequest } from "./raw-shelf-request.js";

/** Sends one request of the second generation, made by hand, and gives the answer, errors included. */
export async function askV2(url: string, request: Request): Promise<unknown> {
  return decodeAnswer(await rawShelfRequest(url, encodeRequest(request)));
}
