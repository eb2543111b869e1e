import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One way of a link; all connections share it. */
export interface LinkWay {
  /** Infinity for a way that is not limited. */
  readonly bytesPerSecond: number;
  /** From the end of sending to the arrival. */
  readonly delayMs: number;
  /** At most so much more, drawn for each packet; they still arrive in order. */
  readonly jitterMs?: number;
  /** Of the packets: each is sent again after TCP's timeout, and what follows it waits. */
  readonly lossShare?: number;
}

export interface Link {
  readonly up: LinkWay;
  readonly down: LinkWay;
  /** What stands in the queue before the sender has to wait, for each way; default 64 KiB. */
  readonly queueBytes?: number;
}

export interface ShapingProxy {
  readonly url: string;
  /** Bytes taken from clients, and from the node, so far. */
  readonly upBytes: number;
  readonly downBytes: number;
  /** Another link from now on. */
  shape(link: Link): void;
  /** Breaks every connection. */
  cut(): void;
  /** Breaks every connection and refuses new ones until `open()`. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

/** 300 kbit/s and 200 ms each way: a poor mobile link. */
export const POOR_LINK: Link = {
  up: { bytesPerSecond: 37_500, delayMs: 200 },
  down: { bytesPerSecond: 37_500, delayMs: 200 },
};

const QUEUE_BYTES = 64 * 1024;
/** The least timeout of Linux's TCP, to which the round trip is added. */
const RESEND_AFTER_MS = 200;
/** A larger piece would arrive in one gulp at its end, which no link does. */
const PIECE_BYTES = 1400;

/** A TCP proxy in front of a node that is as slow and as far away as the link that it plays. */
export async function startShapingProxy(targetUrl: string, link: Link): Promise<ShapingProxy> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  const up = createWay(() => ({ ...link.up, queueBytes: link.queueBytes ?? QUEUE_BYTES }));
  const down = createWay(() => ({ ...link.down, queueBytes: link.queueBytes ?? QUEUE_BYTES }));
  let isOpen = true;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    // A connection that is cut is what this is for.
    socket.on('error', () => {});
  };
  const server = createServer((client) => {
    keep(client);
    if (!isOpen) {
      client.resetAndDestroy();
      return;
    }
    const node = connect({ host: target.hostname, port: Number(target.port) });
    keep(node);
    up.join(client, node);
    down.join(node, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    get upBytes() {
      return up.bytes;
    },
    get downBytes() {
      return down.bytes;
    },
    shape(next) {
      link = next;
    },
    cut,
    shut() {
      isOpen = false;
      cut();
    },
    open() {
      isOpen = true;
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Way {
  readonly bytes: number;
  /** Carries what `from` sends to `to`, and ends `to` after the last of it when `from` has ended. */
  join(from: Socket, to: Socket): void;
}

function createWay(settings: () => LinkWay & { readonly queueBytes: number }): Way {
  let bytes = 0;
  /** When the way has sent all that was given to it. */
  let freeAtMs = 0;
  return {
    get bytes() {
      return bytes;
    },
    join(from, to) {
      const leaving = createTimeline();
      const arriving = createTimeline();
      let queuedBytes = 0;
      from.on('data', (chunk: Buffer) => {
        const { bytesPerSecond, delayMs, queueBytes, jitterMs = 0, lossShare = 0 } = settings();
        bytes += chunk.length;
        for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
          const piece = chunk.subarray(start, start + PIECE_BYTES);
          freeAtMs = Math.max(freeAtMs, performance.now()) + (piece.length / bytesPerSecond) * 1000;
          queuedBytes += piece.length;
          leaving.add(freeAtMs, () => {
            queuedBytes -= piece.length;
            if (queuedBytes < queueBytes) from.resume();
          });
          const resentMs = Math.random() < lossShare ? RESEND_AFTER_MS + 2 * delayMs : 0;
          arriving.add(freeAtMs + delayMs + Math.random() * jitterMs + resentMs, () => void to.write(piece));
        }
        if (queuedBytes >= queueBytes) from.pause();
      });
      from.on('end', () => arriving.add(performance.now() + settings().delayMs, () => to.end()));
      from.on('close', (hadError) => {
        if (hadError) to.destroy();
      });
      to.on('close', () => {
        leaving.clear();
        arriving.clear();
        // What the other side has still to say has nobody to hear it, unless it is already on its way.
        from.end();
      });
    },
  };
}

interface Timeline {
  /** Never before what was added earlier. */
  add(atMs: number, run: () => void): void;
  clear(): void;
}

function createTimeline(): Timeline {
  const due: { readonly atMs: number; readonly run: () => void }[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastAtMs = 0;
  const arm = () => {
    if (timer !== null || due[0] === undefined) return;
    timer = setTimeout(() => {
      timer = null;
      while (due[0] !== undefined && due[0].atMs <= performance.now() + 0.5) due.shift()!.run();
      arm();
    }, due[0].atMs - performance.now());
  };
  return {
    add(atMs, run) {
      lastAtMs = Math.max(lastAtMs, atMs);
      due.push({ atMs: lastAtMs, run });
      arm();
    },
    clear() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      due.length = 0;
    },
  };
}
