import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { connectEvents, type EventsClient, type EventsTransportOptions } from "@pumice/events-client";
import { DCB } from "@pumice/stubs/umadb";

/** A server, and a way to it, that the suite runs against. */
export interface EventsTarget {
  readonly name: string;
  /** A transport of its own for each client of a test. */
  transport(): Transport;
  /** Tests that this server is known to fail, with the reason. */
  readonly knownDifferences?: Readonly<Record<string, string>> | undefined;
}

export function connectTo(target: EventsTarget, options: EventsTransportOptions = {}): EventsClient {
  return connectEvents({ transport: target.transport(), ...options });
}

/** Bare stubs. */
export function stubOf(target: EventsTarget): Client<typeof DCB> {
  return createClient(DCB, target.transport());
}

/** A tag that no other test has used. */
export function freshTag(): string {
  return `tested:${crypto.randomUUID()}`;
}
