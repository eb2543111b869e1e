import type { Socket } from 'node:net';
import type { Attack, AttackTarget } from './attack.ts';
import {
  ATTACKER,
  gone,
  openSocket,
  openWebSocket,
  pause,
  repeat,
  upgradeRequest,
} from './hostile-socket.ts';

const HANDSHAKE_START = 'GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nX: ';

/** Opens sockets and holds them until the time is up. */
async function hold(target: AttackTarget, sockets: number, from: (index: number) => string, first = '') {
  let refused = 0;
  const held: Socket[] = [];
  const endMs = performance.now() + target.durationMs;
  for (let index = 0; index < sockets && performance.now() < endMs; index++) {
    const socket = openSocket(target, from(index));
    socket.once('close', () => {
      refused += 1;
    });
    if (first !== '') socket.write(first);
    held.push(socket);
    if (index % 50 === 49) await pause();
  }
  await pause(Math.max(0, endMs - performance.now()));
  const tally = { tried: held.length, refused };
  for (const socket of held) socket.destroy();
  return tally;
}

/** Attacks that need no more than TCP and HTTP. */
export const socketAttacks: readonly Attack[] = [
  {
    name: 'idle-sockets',
    says: '4,000 TCP connections from one address that say nothing',
    run: (target) => hold(target, 4000, () => ATTACKER),
  },
  {
    name: 'idle-sockets-many',
    says: '4,000 TCP connections from 200 addresses that say nothing',
    run: (target) => hold(target, 4000, (index) => `127.0.1.${1 + (index % 200)}`),
  },
  {
    name: 'dripping',
    says: '300 handshakes, a byte a second, for 14 s: each ends with the time for a handshake',
    async run(target) {
      let refused = 0;
      const sockets = Array.from({ length: 300 }, () => openSocket(target));
      for (const socket of sockets) {
        socket.write(HANDSHAKE_START);
        socket.once('close', () => {
          refused += 1;
        });
      }
      for (let second = 0; second < 14; second++) {
        await pause(1000);
        for (const socket of sockets) if (!socket.destroyed) socket.write('a');
      }
      for (const socket of sockets) socket.destroy();
      return { tried: sockets.length, refused };
    },
  },
  {
    name: 'wrong-subprotocol',
    says: 'upgrades that are refused, one after the other',
    async run(target) {
      const tally = { tried: 0, refused: 0 };
      await repeat(target, { atOnce: 20, times: 10_000 }, async () => {
        const socket = openSocket(target);
        socket.write(upgradeRequest({ 'Sec-WebSocket-Protocol': 'other' }));
        tally.tried += 1;
        await gone(socket);
        tally.refused += 1;
      });
      return tally;
    },
  },
  {
    name: 'large-headers',
    says: 'requests with 20 kB of headers',
    async run(target) {
      const tally = { tried: 0, refused: 0 };
      const request = upgradeRequest({ X: 'a'.repeat(20_000) });
      await repeat(target, { atOnce: 20, times: 10_000 }, async () => {
        const socket = openSocket(target);
        socket.write(request);
        tally.tried += 1;
        await gone(socket);
        tally.refused += 1;
      });
      return tally;
    },
  },
  {
    name: 'resets',
    says: 'WebSockets that are opened and reset',
    async run(target) {
      const tally = { tried: 0, refused: 0 };
      await repeat(target, { atOnce: 20, times: 10_000 }, async () => {
        tally.tried += 1;
        const socket = await openWebSocket(target);
        if (socket === null) tally.refused += 1;
        else socket.resetAndDestroy();
      });
      return tally;
    },
  },
  {
    name: 'silent-websockets',
    says: 'WebSockets from 64 addresses that never say hello, opened anew as they are closed',
    async run(target) {
      const tally = { tried: 0, refused: 0 };
      const open = new Set<Socket>();
      await repeat(target, { atOnce: 64, times: 10_000 }, async (index) => {
        tally.tried += 1;
        const socket = await openWebSocket(target, `127.0.2.${1 + (index % 64)}`);
        if (socket === null) {
          tally.refused += 1;
          return pause(20);
        }
        open.add(socket);
        await Promise.race([gone(socket), pause(target.durationMs)]);
        open.delete(socket);
        socket.destroy();
      });
      for (const socket of open) socket.destroy();
      return tally;
    },
  },
  {
    name: 'polite-lingerers',
    says: 'WebSockets that are closed for a bad first message and keep their end open',
    async run(target) {
      const tally = { tried: 0, refused: 0 };
      const kept: Socket[] = [];
      await repeat(target, { atOnce: 20, times: 4000 }, async () => {
        tally.tried += 1;
        const socket = await openWebSocket(target, ATTACKER, true);
        if (socket === null) {
          tally.refused += 1;
          return;
        }
        socket.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x61]));
        await new Promise<void>((resolve) => {
          socket.once('end', resolve);
          socket.once('close', () => resolve());
          socket.resume();
        });
        kept.push(socket);
      });
      for (const socket of kept) socket.destroy();
      return tally;
    },
  },
  {
    name: 'unread-files',
    says: 'requests for /metrics, 500 on a connection, whose answers nobody reads',
    async run(target) {
      const tally = { tried: 0, refused: 0 };
      const request = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(500);
      const sockets = Array.from({ length: 100 }, () => openSocket(target));
      for (const socket of sockets) {
        tally.tried += 1;
        socket.once('close', () => {
          tally.refused += 1;
        });
        socket.pause();
        socket.write(request);
      }
      await pause(target.durationMs);
      for (const socket of sockets) socket.destroy();
      return tally;
    },
  },
];
