import { createGrpcTransport } from "@connectrpc/connect-node";
import { kvSuite } from "../conformance/kv-suite.js";
import { scoriadbDifferences } from "../known-differences/scoriadb-0.1.1.js";

const baseUrl = process.env["PUMICE_KV_URL"];
if (baseUrl) {
  kvSuite({
    name: "the real server of PUMICE_KV_URL",
    username: "admin",
    password: "admin",
    transport: () => createGrpcTransport({ baseUrl }),
    knownDifferences: scoriadbDifferences,
  });
} else {
  console.log("kv on a real server: not run, PUMICE_KV_URL is unset (ScoriaDB cannot be installed by name)");
}
