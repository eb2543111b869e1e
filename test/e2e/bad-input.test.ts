import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueToken } from '../../src/auth/issue-token.ts';
import { type FramegateProcess, portOf, startFramegate } from '../support/framegate-process.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { type FaultyImage, faultyImages, type OddImage, unusualImages } from '../support/odd-images.ts';
import { halfRequest, handshake, maskedFrame } from '../support/raw-websocket.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';
import { connectWire, HELLO, openSession, packed, requestCapture } from '../support/wire-client.ts';

const SECRET = 'a secret of the test that is long enough';
const ROUNDS = 3;
/** What the node may hold more after a further round of everything below: no round leaves anything behind. */
const GROWTH_MIB = 48;

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `ER3 a node, ${natsServerMissing ?? redisServerMissing ?? 'whatever it is sent,'}`,
  () => {
    let nats: TestNatsServer;
    let redis: TestRedisServer;
    let node: FramegateProcess;
    let guarded: FramegateProcess;
    let port: number;
    let guardedPort: number;
    let face: EncodedFrame;
    let faulty: Record<string, FaultyImage>;
    let unusual: Record<string, OddImage>;

    beforeAll(async () => {
      [nats, redis, [face]] = (await Promise.all([
        startNatsServer(),
        startRedisServer(),
        renderedFrames(1),
      ])) as [TestNatsServer, TestRedisServer, [EncodedFrame]];
      [faulty, unusual] = await Promise.all([faultyImages(face), unusualImages(face)]);
      const settings = {
        FRAMEGATE_NATS_URL: nats.url,
        FRAMEGATE_REDIS_URL: redis.url,
        FRAMEGATE_PORT: '0',
        // Captures here are asked for, so that none comes in between.
        FRAMEGATE_DWELL_MS: '10000',
        // All abuse comes from one address here, and it is the last limit that is looked at, not the first.
        FRAMEGATE_MAX_MESSAGES_PER_SECOND: '1000000',
        FRAMEGATE_MAX_CONNECTS_PER_ADDRESS: '1000000',
      };
      [node, guarded] = await Promise.all([
        startFramegate(['edge'], settings),
        startFramegate(['edge'], { ...settings, FRAMEGATE_THREADS: '1', FRAMEGATE_AUTH_SECRET: SECRET }),
      ]);
      [port, guardedPort] = [portOf(node), portOf(guarded)];
    }, 60_000);

    afterAll(async () => {
      await Promise.all([node?.kill('SIGKILL'), guarded?.kill('SIGKILL')]);
      await Promise.all([nats?.close(), redis?.close()]);
    });

    /** One whole good session: guidance, and a capture that JetStream has. */
    async function servesAGoodSession(): Promise<void> {
      const client = await openSession(port);
      client.sendFrame(1, face);
      expect(await client.next('feedback')).toMatchObject({
        seq: 1,
        face: { box: { width: expect.any(Number) } },
      });
      const captureId = await requestCapture(client, 1);
      client.send({ type: 'still', captureId, seq: 1, format: 'jpeg', ...face });
      expect(await client.next('captured')).toMatchObject({ captureId });
      client.send({ type: 'bye', reason: 'done' });
      expect(await client.closed).toBe(1000);
      expect(node.child.exitCode).toBeNull();
    }

    const ABUSES: Record<string, () => Promise<void>> = {
      'images that cannot be analysed, as frames': async () => {
        const client = await openSession(port);
        let seq = 0;
        for (const [name, image] of Object.entries(faulty)) {
          client.sendFrame(++seq, image);
          const { errorCode: code } = image;
          expect({ name, ...(await client.next('feedback')) }).toMatchObject({
            name,
            seq,
            verdict: 'error',
            error: { code },
          });
        }
        client.close();
      },

      'images that cannot be analysed, as stills': async () => {
        const all = Object.entries(faulty);
        const half = all.length >> 1;
        // Fewer than the ten bad messages at which a connection is closed.
        await Promise.all(
          [all.slice(0, half), all.slice(half)].map(async (images) => {
            const client = await openSession(port);
            client.sendFrame(1, face);
            await client.next('feedback');
            const captureId = await requestCapture(client, 1);
            for (const [name, { errorCode: code, ...image }] of images) {
              client.send({ type: 'still', captureId, seq: 1, format: 'jpeg', ...image });
              expect({ name, ...(await client.next('error')) }).toMatchObject({ name, code, captureId });
            }
            client.send({ type: 'still', captureId, seq: 1, format: 'jpeg', ...face });
            expect(await client.next('captured')).toMatchObject({ captureId });
            client.close();
          }),
        );
      },

      'unusual images, which are analysed like any other': async () => {
        const client = await openSession(port);
        client.sendFrame(1, face);
        const { face: usual } = await client.next('feedback');
        let seq = 1;
        for (const [name, image] of Object.entries(unusual)) {
          client.sendFrame(++seq, image.format === 'png' ? { ...image, format: 'jpeg' } : image);
          const feedback = await client.next('feedback');
          expect(feedback, name).toMatchObject({ seq, face: expect.anything() });
          expect(Math.abs(feedback.face!.box.x - usual!.box.x), name).toBeLessThan(face.width * 0.02);
          expect(Math.abs(feedback.face!.rollDeg - usual!.rollDeg), name).toBeLessThan(2);
        }
        for (const [name, image] of Object.entries(unusual)) {
          const captureId = await requestCapture(client, seq);
          client.send({ type: 'still', captureId, seq, format: 'jpeg', ...image });
          expect(await client.next('captured'), name).toMatchObject({ captureId });
        }
        client.close();
      },

      'seq that repeats or goes back, too many bytes, and messages out of place': async () => {
        const client = await openSession(port);
        const refused = async (seq: number, code: string) => {
          expect(await client.next('error')).toMatchObject({ seq, code });
        };
        client.sendFrame(7, face);
        expect(await client.next('feedback')).toMatchObject({ seq: 7 });
        for (const seq of [7, 6, 1]) {
          client.sendFrame(seq, face);
          await refused(seq, 'seq-not-increasing');
        }
        const { maxFrameBytes, maxStillBytes } = client.welcome.limits;
        client.sendFrame(8, { ...face, data: new Uint8Array(maxFrameBytes + 1) });
        await refused(8, 'payload-too-large');
        client.send(HELLO);
        expect(await client.next('error')).toMatchObject({ code: 'hello-repeated' });
        client.send({ type: 'still', captureId: 'nobody-asked', seq: 7, format: 'jpeg', ...face });
        expect(await client.next('error')).toMatchObject({ code: 'capture-unknown' });
        const captureId = await requestCapture(client, 7);
        const large = { ...face, data: new Uint8Array(maxStillBytes + 1) };
        client.send({ type: 'still', captureId, seq: 7, format: 'jpeg', ...large });
        expect(await client.next('error')).toMatchObject({ captureId, code: 'payload-too-large' });
        client.sendFrame(8, face);
        expect(await client.next('feedback')).toMatchObject({ seq: 8, face: expect.anything() });
        client.sendRaw(new Uint8Array(maxStillBytes + 64 * 1024));
        expect(await client.next('error')).toMatchObject({ code: 'payload-too-large' });
        expect(await client.closed).toBe(4413);
      },

      'messages that are none': async () => {
        const client = await openSession(port);
        const nonsense = Object.entries(NO_MESSAGES);
        for (const [index, [name, { bytes, code }]] of nonsense.entries()) {
          client.sendRaw(bytes);
          expect({ name, ...(await client.next('error')) }).toMatchObject({ name, code });
          // The tenth is one too many.
          if (index % 10 < 9) continue;
          expect(await client.next('error')).toMatchObject({ code: 'too-many-errors' });
          expect(await client.closed).toBe(4400);
          return;
        }
        throw new Error('fewer than ten');
      },

      'the same in place of a hello': async () => {
        for (const [name, { bytes, code, close = 4400 }] of Object.entries({
          ...NO_MESSAGES,
          ...NO_HELLOS,
        })) {
          const client = await connectWire(port);
          client.sendRaw(bytes);
          expect({ name, ...(await client.next('error')) }).toMatchObject({ name, code });
          expect({ name, close: await client.closed }).toEqual({ name, close });
        }
      },

      'tokens that are not good for this session': async () => {
        const tokens = await badTokens();
        await Promise.all(
          Object.entries(tokens).map(async ([name, { token, code, close }]) => {
            const client = await connectWire(guardedPort);
            client.send({ ...HELLO, ...(token === undefined ? {} : { token }) });
            expect({ name, ...(await client.next('error')) }).toMatchObject({ name, code });
            expect({ name, close: await client.closed }).toEqual({ name, close });
          }),
        );
        const good = await openSession(guardedPort, { token: await tokenFor(['face-skin']) });
        good.close();
      },

      'floods that are never read': async () => {
        const before = await closes(port, 'too-slow');
        const { socket } = await handshake(port);
        const client = socket as Socket;
        client.pause();
        client.on('error', () => {});
        const ended = once(client, 'close');
        client.write(maskedFrame(packed(HELLO)));
        const presses = Buffer.concat(
          Array.from({ length: 1000 }, () => maskedFrame(packed({ type: 'capture', seq: 1 }))),
        );
        while (!client.destroyed && (await closes(port, 'too-slow')) === before) {
          await new Promise((resolve) => client.write(presses, resolve));
        }
        client.resume();
        await ended;
      },

      'upgrades and messages that are never finished': async () => {
        const half = await Promise.all(
          Array.from({ length: 40 }, () =>
            halfRequest(port, 'GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: web'),
          ),
        );
        const upgraded = await Promise.all(Array.from({ length: 8 }, () => handshake(port)));
        const sockets = upgraded.map(({ socket }) => socket as Socket);
        for (const [index, socket] of sockets.entries()) {
          socket.on('error', () => {});
          // A binary message of 10 MiB, or of 2^63 bytes, that breaks off after its first 60 KB.
          const lengths = index % 2 === 0 ? '0000000000a00000' : '7fffffffffffffff';
          socket.write(Buffer.concat([Buffer.from(`82ff${lengths}01020304`, 'hex'), randomBytes(60_000)]));
        }
        await servesAGoodSession();
        for (const socket of [...half, ...sockets]) socket.destroy();
      },

      'more connections than one address may have': async () => {
        const answers = await Promise.all(Array.from({ length: 100 }, () => handshake(port)));
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([101, 429]));
        const gone = answers.flatMap(({ socket }) => {
          if (socket === null) return [];
          socket.on('error', () => {});
          const closed = once(socket, 'close');
          socket.destroy();
          return [closed];
        });
        await Promise.all(gone);
      },
    };

    test('HS2 closes a connection that says nothing', async () => {
      const client = await connectWire(port);
      expect(await client.next('error')).toMatchObject({ code: 'hello-timeout', retryable: true });
      expect(await client.closed).toBe(4408);
    });

    test.each(Object.keys(ABUSES))('answers %s, and goes on', async (name) => {
      await ABUSES[name]!();
      await servesAGoodSession();
    });

    test.skipIf(process.platform !== 'linux')(
      `holds no more after ${ROUNDS} rounds of all of it`,
      async () => {
        const residentMiB: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          for (const abuse of Object.values(ABUSES)) await abuse();
          await servesAGoodSession();
          residentMiB.push(await residentMemoryMiB(node));
        }
        console.log('resident MiB after each round', residentMiB);
        expect(residentMiB.at(-1)! - residentMiB[0]!).toBeLessThan(GROWTH_MIB);
        expect(residentMiB.at(-1)).toBeLessThan(600);
      },
      60_000,
    );
  },
);

interface Nonsense {
  readonly bytes: Uint8Array<ArrayBuffer> | string;
  readonly code: string;
  /** Where it comes instead of a hello. */
  readonly close?: number;
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const malformed = (bytes: Uint8Array<ArrayBuffer>): Nonsense => ({ bytes, code: 'message-malformed' });
const invalid = (message: object): Nonsense => ({ bytes: packed(message), code: 'message-invalid' });

/** Each is answered by itself in an open session. A client may send nine of them. */
const NO_MESSAGES: Record<string, Nonsense> = {
  text: { bytes: '{"type":"hello"}', code: 'text-frame' },
  'no bytes': malformed(new Uint8Array(0)),
  noise: malformed(hex('c1ff00c1')),
  'an array': malformed(packed([1, 2, 3])),
  'arrays nested 5,000 times': malformed(hex(`81a474797065${'91'.repeat(5000)}01`)),
  'maps nested 2,000 times': malformed(hex(`${'81a161'.repeat(2000)}01`)),
  'a map of 4 billion entries': malformed(hex('dfffffffff')),
  'an array of 4 billion entries': malformed(hex('81a474797065ddffffffff')),
  'bin of 4 GB': malformed(hex('81a474797065c6ffffffff')),
  'an unknown type': { bytes: packed({ type: 'shutdown' }), code: 'message-unknown-type' },
  'a type from the prototype': { bytes: packed({ type: 'constructor' }), code: 'message-unknown-type' },
  'a timestamp': malformed(hex('81a474797065d6ff00000000')),
  'a key that is no string': malformed(hex('8101a568656c6c6f')),
};

const NO_HELLOS: Record<string, Nonsense> = {
  'a frame': {
    bytes: packed({
      type: 'frame',
      seq: 1,
      capturedAtMs: 1,
      width: 1,
      height: 1,
      format: 'jpeg',
      data: new Uint8Array(9),
    }),
    code: 'message-unexpected',
  },
  'a hello without a profile': invalid({ ...HELLO, profile: '' }),
  'a hello with a threshold that is no number': invalid({
    ...HELLO,
    thresholds: { yaw: { max: Number.NaN } },
  }),
  'a hello with a threshold without end': invalid({ ...HELLO, thresholds: { yaw: { max: Infinity } } }),
  'a hello with an unknown threshold': invalid({ ...HELLO, thresholds: { charm: { max: 1 } } }),
  'a hello with a locale of a kilobyte': invalid({ ...HELLO, locale: 'x'.repeat(1024) }),
  'a hello with an unknown profile': {
    bytes: packed({ ...HELLO, profile: '__proto__' }),
    code: 'profile-unknown',
    close: 4422,
  },
  'a hello with a looser threshold': {
    bytes: packed({ ...HELLO, thresholds: { yaw: { max: 90 } } }),
    code: 'thresholds-invalid',
    close: 4422,
  },
  'a hello with an inverted threshold': {
    bytes: packed({ ...HELLO, thresholds: { yaw: { min: 1, max: -1 } } }),
    code: 'thresholds-invalid',
    close: 4422,
  },
  'a hello of 17 KiB': {
    bytes: packed({ ...HELLO, client: { ...HELLO.client, sdk: 'x'.repeat(17 * 1024) } }),
    code: 'payload-too-large',
    close: 4413,
  },
  'a hello with a session that is not there': {
    bytes: packed({ ...HELLO, resume: { sessionId: 's', resumeToken: 't', lastSeq: 0 } }),
    code: 'resume-failed',
    close: 4410,
  },
};

function tokenFor(
  profiles: readonly string[],
  change: { secret?: string; audience?: string; nowMs?: () => number } = {},
): Promise<string> {
  return issueToken({
    secret: SECRET,
    subject: 'someone',
    profiles,
    audience: 'framegate',
    ttlSeconds: 60,
    ...change,
  });
}

async function badTokens(): Promise<Record<string, { token?: string; code: string; close: number }>> {
  const good = await tokenFor(['face-skin']);
  const [header, payload, signature] = good.split('.') as [string, string, string];
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  const wide = Buffer.from(payload, 'base64url').toString().replace('face-skin', '*');
  const refused = { code: 'token-invalid', close: 4401 };
  return {
    none: { code: 'token-missing', close: 4401 },
    noise: { token: 'a.b.c', ...refused },
    'the longest string there is': { token: 'x'.repeat(8192), ...refused },
    'of another secret': {
      token: await tokenFor(['face-skin'], { secret: SECRET.toUpperCase() }),
      ...refused,
    },
    'of another audience': { token: await tokenFor(['face-skin'], { audience: 'else' }), ...refused },
    'with the algorithm none': { token: `${unsigned}.${payload}.`, ...refused },
    unsigned: { token: `${header}.${payload}.`, ...refused },
    'with a payload of its own': {
      token: `${header}.${Buffer.from(wide).toString('base64url')}.${signature}`,
      ...refused,
    },
    expired: {
      token: await tokenFor(['face-skin'], { nowMs: () => Date.now() - 3_600_000 }),
      code: 'token-expired',
      close: 4401,
    },
    'for another profile': {
      token: await tokenFor(['face-contour']),
      code: 'token-out-of-scope',
      close: 4403,
    },
    'for no profile': { token: await tokenFor(['']), code: 'token-out-of-scope', close: 4403 },
  };
}

/** Connections that the node has ended for this reason so far. */
async function closes(port: number, reason: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith('framegate_') && each.includes(`"${reason}"`));
  return line === undefined ? 0 : Number(line.split(' ').at(-1));
}

async function residentMemoryMiB({ child }: FramegateProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024);
}
