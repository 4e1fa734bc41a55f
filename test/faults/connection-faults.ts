import { flag, frame, goawayFrame, setting, settingsFrame, type, uint32 } from "../support/http2-frames.ts";
import type { HostileConnection } from "./hostile-connection.ts";

const FLOOD = 6000;

/** How a connection begins, and what else happens on it while it answers its calls. */
export const connectionFaults: Readonly<Record<string, (connection: HostileConnection) => void>> = {
  slow: (c) => {
    c.delayMs = c.random.integer(1, 40);
    c.greet();
  },
  "small writes": (c) => {
    c.chunkBytes = c.random.integer(1, 7);
    c.greet();
  },
  "cut at some byte": (c) => {
    c.bytesLeft = c.random.integer(1, 2000);
    c.greet();
  },
  "reset at some time": (c) => {
    c.greet();
    c.after(c.random.integer(0, 100), () => c.reset());
  },
  "closed at some time": (c) => {
    c.greet();
    c.after(c.random.integer(0, 100), () => c.end());
  },
  "closed before the preface": (c) => c.end(),
  "closed after the preface": (c) => {
    c.greet();
    c.end();
  },
  silent: (c) => {
    c.answersSettings = false;
    c.answersPings = false;
    c.grantsWindow = false;
  },
  "not read any more": (c) => {
    c.greet();
    c.after(c.random.integer(0, 30), () => c.stopReading());
  },
  "not read any more, and closed": (c) => {
    c.greet();
    c.after(c.random.integer(0, 30), () => {
      c.stopReading();
      c.end();
    });
  },
  "HTTP/1.1": (c) => {
    c.write(Buffer.from("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
    if (c.random.chance(0.5)) c.end();
  },
  "a TLS alert": (c) => c.write(Buffer.of(0x15, 3, 3, 0, 2, 2, 80)),
  "random bytes": (c) => {
    if (c.random.chance(0.5)) c.greet();
    c.write(c.random.bytes(c.random.integer(1, 3000)));
  },
  "random frames": (c) => {
    c.greet();
    for (let i = c.random.integer(1, 10); i > 0; i--) c.after(c.random.integer(0, 60), () => c.write(randomFrame(c)));
  },
  "no SETTINGS": (c) => c.write(frame(type.ping, 0, 0, Buffer.alloc(8))),
  "no answers to SETTINGS and PING": (c) => {
    c.answersSettings = false;
    c.answersPings = false;
    c.greet();
  },
  "few streams at a time": (c) => {
    c.settings = [[setting.maxStreams, c.random.integer(0, 2)]];
    c.greet();
    c.after(c.random.integer(5, 50), () => c.write(settingsFrame([[setting.maxStreams, c.random.integer(0, 50)]])));
  },
  "tiny window": (c) => {
    c.settings = [[setting.initialWindow, c.random.integer(0, 5)]];
    c.grantsWindow = c.random.chance(0.7);
    c.greet();
  },
  "changing settings": (c) => {
    c.greet();
    for (let i = 0; i < 20; i++) c.after(i * 5, () => c.write(randomSettings(c)));
  },
  "invalid settings": (c) => {
    c.settings = [
      c.random.pick([
        [setting.push, 1],
        [setting.initialWindow, 0xffffffff],
        [setting.maxFrame, 1],
      ] as const),
    ];
    c.greet();
  },
  "GOAWAY at some time": (c) => {
    c.greet();
    for (let i = c.random.integer(1, 3); i > 0; i--) c.after(c.random.integer(0, 80), () => c.write(randomGoaway(c)));
  },
  "SETTINGS flood": (c) => flood(c, () => settingsFrame([[setting.maxStreams, 100]])),
  "PING flood": (c) => flood(c, () => frame(type.ping, 0, 0, Buffer.alloc(8))),
  "PING flood, answers not read": (c) => {
    c.stopReading();
    flood(c, () => frame(type.ping, 0, 0, Buffer.alloc(8)));
  },
  "RST_STREAM flood": (c) => flood(c, () => frame(type.rstStream, 0, c.lastStreamId || 1, uint32(8))),
  "WINDOW_UPDATE flood": (c) => flood(c, () => frame(type.windowUpdate, 0, 0, uint32(1))),
  "flood of unknown frames": (c) => flood(c, () => frame(0xfa, 0, 0, Buffer.alloc(10))),
};

function flood(connection: HostileConnection, next: () => Buffer): void {
  connection.greet();
  const rounds = 6;
  for (let i = 0; i < rounds; i++) {
    connection.after(i * 4, () => connection.write(Buffer.concat(Array.from({ length: FLOOD / rounds }, next))));
  }
}

function randomSettings({ random }: HostileConnection): Buffer {
  const sizes = [0, 1, 65_535, 0x7fffffff];
  return settingsFrame([
    [setting.initialWindow, random.pick(sizes)],
    [setting.tableSize, random.pick([0, 4096, 65_536])],
    [setting.maxStreams, random.integer(1, 100)],
    [0xf0f0, random.integer(0, 1000)],
  ]);
}

function randomGoaway({ random, lastStreamId }: HostileConnection): Buffer {
  const lastId = random.pick([0, 1, lastStreamId, Math.max(0, lastStreamId - 2), 0x7fffffff]);
  return goawayFrame(lastId, random.pick([0, 0, 2, 11, 99]), random.pick(["", "too_many_pings", "b\u00e4h"]));
}

/** Any type, flags, stream and length, wrong or right. */
function randomFrame({ random, lastStreamId }: HostileConnection): Buffer {
  const payload = random.bytes(random.pick([0, 1, 3, 4, 5, 6, 8, 100]));
  const claimedLength = random.chance(0.7) ? payload.length : random.integer(0, 0xffffff);
  const streamId = random.pick([0, 1, 2, lastStreamId, lastStreamId + 2, random.integer(0, 0xffffffff)]);
  const flags = random.chance(0.5) ? random.integer(0, 255) : flag.endHeaders;
  return frame(random.integer(0, 12), flags, streamId, payload, claimedLength);
}
