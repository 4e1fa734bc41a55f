import type { Socket } from "node:net";
import type { FaultSource } from "../faults/faults.js";
import { type Connection, type Listening, listenOnSocket } from "./listen-on-socket.js";
import { type ShelfOptions, type ShelfServer, type ShelfServerSettings, shelfServerSettings } from "./shelf-options.js";
import { V2Service } from "./v2-service.js";
import { V3Service } from "./v3-service.js";

/** Both generations, each on an address of its own. */
export interface ShelfServers {
  readonly v2: ShelfServer;
  readonly v3: ShelfServer;
  /** As `ReferenceServer.close()`. */
  close(drainMs: number): Promise<void>;
}

/**
 * Starts the shelf servers with empty databases.
 *
 * @throws The listener's error, for instance EADDRINUSE; TypeError or RangeError if an option is wrong.
 */
export async function startShelfServers(options: ShelfOptions, host: string): Promise<ShelfServers> {
  const settings = [shelfServerSettings("shelf.v2", options.v2), shelfServerSettings("shelf.v3", options.v3)] as const;
  const services = [new V2Service(settings[0]), new V3Service(settings[1])] as const;
  const v2 = await start(services[0], settings[0], host);
  try {
    const v3 = await start(services[1], settings[1], host);
    return {
      v2,
      v3,
      close: async (drainMs) => {
        await Promise.all([v2.close(drainMs), v3.close(drainMs)]);
      },
    };
  } catch (error) {
    await v2.close(0);
    throw error;
  }
}

interface Service {
  readonly faults: FaultSource;
  connect(socket: Socket): Connection;
}

async function start(
  service: Service,
  { port, socketPath }: ShelfServerSettings,
  host: string,
): Promise<ShelfServer & Pick<Listening, "close">> {
  const { faults } = service;
  const { url, close } = await listenOnSocket((socket) => service.connect(socket), { host, port, socketPath });
  return {
    url,
    faults,
    close: (drainMs) => {
      faults.close();
      return close(drainMs);
    },
  };
}
