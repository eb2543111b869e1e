import { randomBytes } from 'node:crypto';
import { HELLO, packed } from '../../test/support/wire-client.ts';
import type { Attack, AttackTally, AttackTarget } from './attack.ts';
import { frameOf, gone, openWebSocket, pause, repeat, written } from './hostile-socket.ts';

const EMPTY = new Uint8Array(0);
const PER_WRITE = 2000;
/** The attacker's link: loopback would carry several times as much, and take the cores that the node runs on. */
const LINK_BYTES_PER_SECOND = 125_000_000;
const HELLO_FRAME = frameOf(packed(HELLO));
const repeated = (frame: Buffer) => Buffer.concat(Array.from({ length: PER_WRITE }, () => frame));

/** Sends the bytes on one WebSocket after the other, each until it is closed. */
async function flood(target: AttackTarget, bytes: Uint8Array, before: Uint8Array): Promise<AttackTally> {
  const tally = { tried: 0, refused: 0 };
  const startMs = performance.now();
  let sentBytes = 0;
  await repeat(target, { atOnce: 4, times: 10_000 }, async () => {
    const socket = await openWebSocket(target);
    tally.tried += 1;
    if (socket === null) {
      tally.refused += 1;
      return pause(20);
    }
    socket.resume();
    const endMs = performance.now() + target.durationMs;
    let open = await written(socket, before);
    while (open && performance.now() < endMs) {
      sentBytes += bytes.length;
      const aheadMs = (sentBytes / LINK_BYTES_PER_SECOND) * 1000 - (performance.now() - startMs);
      if (aheadMs > 1) await pause(aheadMs);
      open = await written(socket, bytes);
    }
    if (!open) tally.refused += 1;
    socket.destroy();
  });
  return tally;
}

function flooding(name: string, says: string, bytes: Uint8Array, before: Uint8Array = EMPTY): Attack {
  return { name, says, run: (target) => flood(target, bytes, before) };
}

/** Attacks over an open WebSocket. */
export const messageAttacks: readonly Attack[] = [
  flooding('pings', 'pings without end in an open session', repeated(frameOf(EMPTY, 0x89)), HELLO_FRAME),
  flooding('pongs', 'pongs that nobody asked for', repeated(frameOf(EMPTY, 0x8a)), HELLO_FRAME),
  flooding('empty-messages', 'messages of no bytes', repeated(frameOf(EMPTY))),
  flooding('text', 'text messages', repeated(frameOf(Buffer.from('hello'), 0x81))),
  flooding(
    'fragments',
    'one message in fragments of one byte, without end',
    repeated(frameOf(new Uint8Array([1]), 0x00)),
    frameOf(new Uint8Array([1]), 0x02),
  ),
  flooding('hellos', 'hello again and again', repeated(HELLO_FRAME), HELLO_FRAME),
  {
    name: 'large-first-messages',
    says: '64 WebSockets that send 10 MB before any hello',
    async run(target) {
      const tally = { tried: 0, refused: 0 };
      const header = frameOf(new Uint8Array(10_000_000)).subarray(0, 14);
      const part = Buffer.alloc(100_000);
      await repeat(target, { atOnce: 64, times: 64 }, async () => {
        tally.tried += 1;
        const socket = await openWebSocket(target);
        if (socket === null) {
          tally.refused += 1;
          return;
        }
        socket.resume();
        let open = await written(socket, header);
        // All but the last byte: the message is never whole.
        for (let sent = 0; open && sent < 9_900_000; sent += part.length) open = await written(socket, part);
        await gone(socket);
        tally.refused += 1;
      });
      return tally;
    },
  },
  {
    name: 'forged-tokens',
    says: 'hello with a token that is signed by nobody',
    async run(target) {
      const tally = { tried: 0, refused: 0 };
      await repeat(target, { atOnce: 16, times: 10_000 }, async () => {
        tally.tried += 1;
        const socket = await openWebSocket(target);
        if (socket === null) {
          tally.refused += 1;
          return;
        }
        const token = `${HEADER}.${randomBytes(150).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
        socket.write(frameOf(packed({ ...HELLO, token })));
        await gone(socket);
        tally.refused += 1;
      });
      return tally;
    },
  },
  {
    name: 'sessions-opened-and-left',
    says: 'sessions that are opened and dropped: what is saved of each waits for a resume',
    async run(target) {
      const tally = { tried: 0, refused: 0 };
      await repeat(target, { atOnce: 16, times: 5000 }, async () => {
        tally.tried += 1;
        const socket = await openWebSocket(target);
        if (socket === null) {
          tally.refused += 1;
          return;
        }
        socket.write(HELLO_FRAME);
        await new Promise<void>((resolve) => {
          socket.once('data', () => resolve());
          socket.once('close', () => resolve());
        });
        socket.destroy();
      });
      return tally;
    },
  },
];

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
