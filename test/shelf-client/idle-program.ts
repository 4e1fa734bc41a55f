/** Calls once and does not close: what idle-process.test.ts runs. */
import { connectShelf } from "@pumice/shelf-client";

const db = connectShelf(process.env["PUMICE_SHELF_URL"], { protocol: 3 });
console.log(await db.shelf("s").count());
