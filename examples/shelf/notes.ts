/**
 * A small notebook: a shelf typed by a schema, predicates and changes that the server makes, and what errors say.
 *
 * Needs a server whose address stands in PUMICE_SHELF_URL, like `shelfdb server --url tcp://127.0.0.1:31337`.
 */
import { connectShelf, increment, push, SchemaError, set, where } from "@pumice/shelf-client";
import { z } from "zod";

const Note = z.object({
  title: z.string().min(1),
  tags: z.array(z.string()).default([]),
  stars: z.number().int().optional(),
  done: z.boolean().optional(),
});

await using db = connectShelf(process.env["PUMICE_SHELF_URL"] ?? "tcp://127.0.0.1:31337");
const notes = db.shelf("notebook", { data: Note });
await notes.all().delete();

await notes.putMany([
  { key: "2026-01-03", data: { title: "Buy pumice", stars: 2 } },
  { key: "2026-01-01", data: { title: "Pumice floats", tags: ["rock"], stars: 5 } },
  { key: "2026-01-02", data: { title: "Call Ada", tags: ["people"] } },
]);

console.log("All, in the order of their keys:");
for await (const { key, data } of notes) console.log(" ", key, data.title, data.tags);

// The server looks for them; what it compares with travels as data, never as a part of a program.
const aboutPumice = notes.filter(
  where("title")
    .matches(/pumice/i)
    .and(where("stars").gte(2)),
);
console.log(
  "About pumice:",
  (await aboutPumice.toArray()).map(({ data }) => data.title),
);

// The server changes them, too: nobody else's change is lost in between.
const changed = await aboutPumice.edit([set("done", true), increment("stars"), push("tags", "stone")]);
console.log(
  "Changed:",
  changed.map(({ key }) => key),
);
console.log("Now:", (await notes.get("2026-01-03"))?.data);

console.log("In the first days:", await notes.keyRange("2026-01-01", "2026-01-03").count());
console.log("Deleted:", await notes.filter((note) => note("done").eq(true)).delete());

try {
  await notes.put("2026-01-04", { title: "" });
} catch (error) {
  if (!(error instanceof SchemaError)) throw error;
  console.log(
    "Not stored:",
    error.where,
    error.problems.map(({ path }) => path),
  );
}
