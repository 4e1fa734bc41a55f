import { after } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { kvSuite } from "./kv-suite.js";
import { kvTransports } from "./kv-transports.js";

const server = await startReferenceServer();
const { username, password } = server.kv;
after(() => server.close());

for (const [name, transport] of Object.entries(kvTransports(server.kv))) {
  kvSuite({ name: `the reference server, ${name}`, username, password, transport });
}
