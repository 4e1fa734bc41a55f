import type { DescMessage, DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { MethodPlan } from "./call-context.js";
import type { FastGrpcTransportOptions } from "./fast-grpc-transport-options.js";
import { gzipCompression } from "./gzip-compression.js";
import { encodeHeaders } from "./http2/hpack-encoder.js";
import { binaryCodec, jsonCodec, type MessageCodec } from "./message-codec.js";

/** What decides how messages are coded, and what the headers say of it. */
export type PlanOptions = Pick<
  FastGrpcTransportOptions,
  "acceptCompression" | "sendCompression" | "useBinaryFormat" | "binaryOptions" | "jsonOptions" | "codecs"
>;

const USER_AGENT = "pumice-grpc-transport/0.1.0";

/** Finds the plan of a method; the first call of a method makes it. An error if the hook for codecs throws. */
export function planner(
  url: URL,
  options: PlanOptions,
): <M extends DescMethod>(method: M) => MethodPlan<M> | ConnectError {
  const plans = new WeakMap<DescMethod, MethodPlan>();
  const userAgentBlock = encodeHeaders(["user-agent", USER_AGENT]);
  const makePlan = (method: DescMethod): MethodPlan => {
    const path = `${url.pathname.replace(/\/+$/, "")}/${method.parent.typeName}/${method.name}`;
    return {
      method,
      url: url.origin + path,
      input: codecFor(method.input, options),
      output: codecFor(method.output, options),
      headerBlock: encodeHeaders(commonFields(url, path, options)),
      userAgentBlock,
    };
  };
  return <M extends DescMethod>(method: M) => {
    try {
      let plan = plans.get(method);
      if (!plan) {
        plan = makePlan(method);
        plans.set(method, plan);
      }
      return plan as MethodPlan<M>; // made from this very method
    } catch (error) {
      return ConnectError.from(error, Code.Internal);
    }
  };
}

function commonFields(url: URL, path: string, options: PlanOptions): string[] {
  const { useBinaryFormat = true, acceptCompression = [gzipCompression], sendCompression } = options;
  const fields = [":method", "POST", ":scheme", url.protocol.slice(0, -1), ":path", path, ":authority", url.host];
  fields.push("te", "trailers", "content-type", useBinaryFormat ? "application/grpc+proto" : "application/grpc+json");
  if (sendCompression) fields.push("grpc-encoding", sendCompression.name);
  if (acceptCompression.length > 0) {
    fields.push("grpc-accept-encoding", acceptCompression.map((compression) => compression.name).join(","));
  }
  return fields;
}

function codecFor(desc: DescMessage, options: PlanOptions): MessageCodec {
  if (options.useBinaryFormat === false) return jsonCodec(desc, options.jsonOptions);
  return options.codecs?.(desc) ?? binaryCodec(desc, options.binaryOptions);
}
