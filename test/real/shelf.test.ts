import { after } from "node:test";
import { shelfSuite } from "../conformance/shelf-suite.js";
import { shelfV2Suite } from "../conformance/shelf-v2-suite.js";
import { shelfV3Suite } from "../conformance/shelf-v3-suite.js";
import { startShelfdb } from "../support/shelfdb.js";

const overTcp = await startShelfdb("tcp");
const overUnix = await startShelfdb("unix");
after(() => Promise.all([overTcp, overUnix].map((server) => server[Symbol.asyncDispose]())));

shelfSuite({ name: "ShelfDB 3.1.0 over TCP", url: overTcp.url });
shelfSuite({ name: "ShelfDB 3.1.0 over a unix socket", url: overUnix.url });
shelfV3Suite({ name: "ShelfDB 3.1.0", url: overTcp.url });

const urlOfV2 = process.env["PUMICE_SHELF_V2_URL"];
if (urlOfV2) {
  const target = { name: "the real server of PUMICE_SHELF_V2_URL", url: urlOfV2 };
  shelfSuite(target);
  shelfV2Suite(target);
} else {
  console.log("shelf v2 on a real server: not run, PUMICE_SHELF_V2_URL is unset (2.0.0 cannot be installed by name)");
}
