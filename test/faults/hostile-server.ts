import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { connectionFaults } from "./connection-faults.ts";
import { fatalAnswers } from "./fatal-answers.ts";
import { HostileConnection } from "./hostile-connection.ts";
import type { HostileStream } from "./hostile-stream.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { type Answer, goodAnswer, streamFaults } from "./stream-faults.ts";

/** What happens to connections and calls; called once for each. */
export interface Script {
  connection(connection: HostileConnection): void;
  stream(stream: HostileStream): Promise<void> | void;
}

export interface HostileServer extends AsyncDisposable {
  readonly url: string;
  /** How many connections were accepted. */
  readonly accepted: number;
  /** Names of the calls that reached it, on connections where it never said that it had not processed one. */
  namesOfCalls(): Set<string>;
}

/** Most of what it chooses is right, so that what is wrong meets calls that are under way. */
export function randomScript(random: SeededRandom, report: (fault: string) => void): Script {
  const choose = <T>(name: string, faults: Readonly<Record<string, T>>, probability: number): T | undefined => {
    if (!random.chance(probability)) return undefined;
    const fault = random.pick(Object.keys(faults));
    report(`${name}: ${fault}`);
    return faults[fault];
  };
  const greet = (connection: HostileConnection) => connection.greet();
  return {
    connection: (connection) => (choose("connection", connectionFaults, 0.4) ?? greet)(connection),
    stream: (stream) => {
      const answer = choose<Answer>("fatal", fatalAnswers, 0.03) ?? choose<Answer>("call", streamFaults, 0.4);
      return (answer ?? goodAnswer)(stream);
    },
  };
}

/** A gRPC server with the manners of a script. It does not hold the process. */
export async function startHostileServer(script: Script, random: SeededRandom): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const streams: HostileStream[] = [];
  let accepted = 0;
  const onStream = (stream: HostileStream) => {
    streams.push(stream);
    void script.stream(stream);
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    accepted++;
    sockets.add(socket.unref());
    socket.on("close", () => sockets.delete(socket));
    socket.on("end", () => socket.end());
    script.connection(new HostileConnection(socket, random.fork(), onStream));
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // of a TCP server that listens
  return {
    url: `http://127.0.0.1:${port}`,
    get accepted() {
      return accepted;
    },
    namesOfCalls: () =>
      new Set(streams.flatMap(({ name, connection }) => (name === undefined || connection.disclaims ? [] : [name]))),
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      for (const socket of sockets) socket.destroy();
      server.close();
      server.ref();
      await closed;
    },
  };
}
