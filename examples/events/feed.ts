/**
 * A feed that survives a restart: it makes an invoice of each order, exactly once, however often it is stopped.
 *
 * How far it has got is recorded with what it appends, in one step, so neither can be there without the other.
 * Needs an empty server: `npx pumice-reference-server`, or a real one whose address stands in PUMICE_EVENTS_URL.
 */
import { connectEvents, ofType, TrackingConflictError } from "@pumice/events-client";

const url = process.env["PUMICE_EVENTS_URL"] ?? "http://127.0.0.1:50051";
const source = "invoices-of-orders";

await using shop = connectEvents(url);
for (const order of ["o1", "o2", "o3"]) await shop.append([{ type: "OrderPlaced", tags: [`order:${order}`] }]);

console.log("first run");
await runFeed(2); // and then it is stopped
await shop.append([{ type: "OrderPlaced", tags: ["order:o4"] }]);
console.log("second run");
await runFeed(2);

const { events: invoices } = await shop.read({ query: ofType("InvoiceMade") }).collect();
console.log("invoices:", invoices.map(({ tags }) => tags.join()).join(" "));

async function runFeed(orders: number): Promise<void> {
  await using events = connectEvents(url);
  let done = 0;
  // Connections may come and go meanwhile: each event comes once. The process may too: it goes on where it was.
  for await (const order of events.subscribe({ query: ofType("OrderPlaced"), afterTracked: source })) {
    console.log("invoice for", order.tags.join());
    try {
      const tracking = { source, position: order.position };
      await events.append([{ type: "InvoiceMade", tags: order.tags }], { tracking });
    } catch (error) {
      if (!(error instanceof TrackingConflictError)) throw error;
      console.log("another instance was faster");
    }
    done += 1;
    if (done === orders) break;
  }
}
