/**
 * A first visit to ShelfDB: the query and the transaction of its protocol's description, on either generation.
 *
 * Needs a server whose address stands in PUMICE_SHELF_URL, like `shelfdb server --url tcp://127.0.0.1:31337`.
 */
import { connectShelf } from "@pumice/shelf-client";

// Which generation it talks to, the client asks the server once.
await using db = connectShelf(process.env["PUMICE_SHELF_URL"] ?? "tcp://127.0.0.1:31337");

// A batch is a transaction in one go: all or nothing. That it writes, the client sees for itself.
await db.batch((batch) => [batch.shelf("note").put("note-1", { title: "ShelfDB" })]);

for await (const { key, data } of db.shelf("note").key("note-1")) console.log(key, "is", data);
console.log("note-2 is", await db.shelf("note").get("note-2"));
