import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueToken } from '../../src/auth/issue-token.ts';
import { type FramegateProcess, startFramegate } from '../support/framegate-process.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { type FaultyImage, faultyImages, type OddImage, unusualImages } from '../support/odd-images.ts';
import { halfRequest, handshake, maskedFrame } from '../support/raw-websocket.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';
import { connectWire, HELLO, openSession, packed, type WireClient } from '../support/wire-client.ts';

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
      [nats, redis, [face]] = await Promise.all([startNatsServer(), startRedisServer(), renderedFrames(1)]) as [TestNatsServer, TestRedisServer, [EncodedFrame]];
      [faulty, unusual] = await Promise.all([faultyImages(face), unusualImages(face)]);
      const settings = {
        FRAMEGATE_NATS_URL: nats.url,
        FRAMEGATE_REDIS_URL: redis.url,
        FRAMEGATE_PORT: '0',
        // Captures here are asked for, so that none comes in between.
        FRAMEGATE_DWELL_MS: '10000',
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
      expect(await client.next('feedback')).toMatchObject({ seq: 1, face: { box: { width: expect.any(Number) } } });
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
          expect({ name, ...(await client.next('feedback')) }).toMatchObject({ name, seq, verdict: 'error', error: { code } });
        }
        client.close();
      },

      'images that cannot be analysed, as stills': async () => {
        const all = Object.entries(faulty);
        const half = all.length >> 1;
        // Fewer than the ten bad messages at which a connection is closed.
        await Promise.all([all.slice(0, half), all.slice(half)].map(async (images) => {
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
        }));
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
          const answer = await Promise.race([client.next('captured')]);
          expect(answer, name).toMatchObject({ captureId });
        }
        client.close();
      },
    };

    test.each(Object.keys(ABUSES))('answers %s, and goes on', async (name) => {
      await ABUSES[name]!();
      await servesAGoodSession();
    });
  },
);

/** The person presses the button. */
async function requestCapture(client: WireClient, seq: number): Promise<string> {
  client.send({ type: 'capture', seq });
  return (await client.next('capture-request')).captureId;
}

function portOf(edge: FramegateProcess): number {
  return Number(/http:\/\/[^:]+:(\d+)/.exec(String(edge.ready.summary))![1]);
}
