import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { shelfSuite } from "./shelf-suite.js";
import { shelfV2Suite } from "./shelf-v2-suite.js";
import { shelfV3Suite } from "./shelf-v3-suite.js";

const folder = await mkdtemp(join(tmpdir(), "pumice-shelf-"));
const overTcp = await startReferenceServer();
const overUnix = await startReferenceServer({
  shelf: { v2: { socketPath: join(folder, "v2.sock") }, v3: { socketPath: join(folder, "v3.sock") } },
});
after(async () => {
  await Promise.all([overTcp.close(), overUnix.close()]);
  await rm(folder, { recursive: true });
});

shelfSuite({ name: "the in-memory v2 over TCP", url: overTcp.shelf.v2.url, runsPython: false });
shelfSuite({ name: "the in-memory v2 over a unix socket", url: overUnix.shelf.v2.url, runsPython: false });
shelfSuite({ name: "the in-memory v3 over TCP", url: overTcp.shelf.v3.url, runsPython: false });
shelfSuite({ name: "the in-memory v3 over a unix socket", url: overUnix.shelf.v3.url, runsPython: false });
shelfV2Suite({ name: "the in-memory v2", url: overTcp.shelf.v2.url });
shelfV3Suite({ name: "the in-memory v3", url: overTcp.shelf.v3.url, runsPython: false });
