import type { Socket } from "node:net";
import { FaultSource } from "../faults/faults.js";
import { sessionFaults } from "./faulty-answer.js";
import type { Connection } from "./listen-on-socket.js";
import type { ShelfServerSettings } from "./shelf-options.js";
import { ShelfStore } from "./shelf-store.js";
import { V3Connection } from "./v3-connection.js";
import { WriteGate } from "./write-gate.js";

/** The service of the third generation: sessions of framed commands, one of which may write at a time. */
export class V3Service {
  readonly faults: FaultSource;
  private readonly gate = new WriteGate();
  /** The limits of a server of 3.1.0 as it comes. */
  private readonly store = new ShelfStore({ shelves: 128, bytes: 1 << 30, readers: 126 });

  constructor(private readonly settings: Pick<ShelfServerSettings, "maxRequestBytes" | "faults">) {
    const names = ["begin", "put", "get", "query", "commit", "rollback"];
    const rpcs = names.map((name) => ({ name, isStream: false, kinds: sessionFaults }));
    this.faults = new FaultSource(settings.faults, { rpcs, expireTokens: () => undefined });
  }

  connect(socket: Socket): Connection {
    const { store, gate, faults } = this;
    return new V3Connection(socket, { store, gate, faults, maxFrameBytes: this.settings.maxRequestBytes });
  }
}
