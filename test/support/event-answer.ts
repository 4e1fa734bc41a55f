import assert from "node:assert/strict";
import { toJson } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import type { SubscribeRequest } from "@pumice/stubs/umadb";
import {
  AppendResponseSchema,
  DCB,
  HeadResponseSchema,
  type ReadResponse,
  ReadResponseSchema,
  SubscribeResponseSchema,
  TrackingResponseSchema,
} from "@pumice/stubs/umadb";
import type { EventRequest } from "../real/event-requests.js";

/** What an event store answered, in a form that can be compared: messages as JSON, an error by code, text and details. */
export async function eventAnswer(transport: Transport, asked: EventRequest): Promise<unknown> {
  const dcb = createClient(DCB, transport);
  try {
    switch (asked.rpc) {
      case "append":
        return toJson(AppendResponseSchema, await dcb.append(asked.request));
      case "head":
        return toJson(HeadResponseSchema, await dcb.head({}));
      case "getTrackingInfo":
        return toJson(TrackingResponseSchema, await dcb.getTrackingInfo({ source: asked.source }));
      case "read": {
        const messages = [];
        for await (const message of dcb.read(asked.request))
          messages.push(toJson(ReadResponseSchema, withoutBulk(message)));
        return messages;
      }
      case "subscribe":
        return await catchUp(transport, asked.request);
    }
  } catch (error) {
    const { code, rawMessage, metadata } = ConnectError.from(error);
    return { code: Code[code], text: rawMessage, details: metadata.get("grpc-status-details-bin") };
  }
}

/** Zeros in bulk are compared by their number; as base64 they take minutes. */
function withoutBulk(message: ReadResponse): ReadResponse {
  for (const { event } of message.events) {
    if (event && event.data.length > 900) event.data = new TextEncoder().encode(`${event.data.length} bytes`);
  }
  return message;
}

/** The messages of a subscription up to the last event that is there; it stays silent then, so a read tells which. */
async function catchUp(transport: Transport, request: SubscribeRequest): Promise<unknown> {
  const dcb = createClient(DCB, transport);
  const { query, after = 0n } = request;
  if (after === 2n ** 64n - 1n) {
    for await (const _ of dcb.subscribe(request)) assert.fail("nothing comes after the last position");
    return "ends at once";
  }
  let last: bigint | undefined;
  const newest = { ...(query && { query }), backwards: true, limit: 1 };
  for await (const { events } of dcb.read(newest)) last = events[0]?.position;
  const messages: unknown[] = [];
  if (last === undefined || last <= after) return messages;
  const leave = new AbortController();
  for await (const message of dcb.subscribe(request, { signal: leave.signal })) {
    messages.push(toJson(SubscribeResponseSchema, message));
    if (message.events.at(-1)?.position === last) break;
  }
  leave.abort();
  return messages;
}
