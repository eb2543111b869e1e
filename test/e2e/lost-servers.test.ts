import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FramegateProcess, portOf, startFramegate } from '../support/framegate-process.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';
import { until } from '../support/until.ts';
import { connectWire, HELLO, openSession, requestCapture } from '../support/wire-client.ts';

interface Readiness {
  readonly status: number;
  readonly body: { status: string; dependencies: Record<string, { status: string }> };
}

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `a node ${natsServerMissing ?? redisServerMissing ?? 'that loses a server'}`,
  () => {
    let nats: TestNatsServer;
    let redis: TestRedisServer;
    let node: FramegateProcess;
    let face: EncodedFrame;
    let url: string;

    beforeAll(async () => {
      [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
      face = (await renderedFrames(1))[0]!;
      node = await startFramegate(['edge'], {
        FRAMEGATE_NATS_URL: nats.url,
        FRAMEGATE_REDIS_URL: redis.url,
        FRAMEGATE_PORT: '0',
        FRAMEGATE_DWELL_MS: '10000',
      });
      url = `http://127.0.0.1:${portOf(node)}`;
    }, 60_000);

    afterAll(async () => {
      await node?.kill('SIGKILL');
      await Promise.all([nats?.close(), redis?.close()]);
    });

    async function readiness(): Promise<Readiness> {
      const response = await fetch(`${url}/readyz`);
      return { status: response.status, body: (await response.json()) as Readiness['body'] };
    }

    const turnsTo = (wanted: string) => until(async () => (await readiness()).body.status === wanted, 10_000);

    test.each([
      ['GET', '/nothing', 404],
      ['GET', '/../../etc/passwd', 404],
      ['GET', '/%ff%00', 404],
      ['POST', '/livez', 405],
      ['DELETE', '/v1/stream', 405],
      ['GET', '/v1/stream', 426],
      ['HEAD', '/readyz', 200],
      ['HEAD', '/nothing', 404],
      ['GET', '/livez', 200],
      ['GET', '/metrics', 200],
    ])('answers %s %s with %d', async (method, path, status) => {
      const response = await fetch(`${url}${path}`, { method });
      const text = await response.text();
      expect(response.status).toBe(status);
      if (method === 'HEAD') expect(text).toBe('');
      else if (status >= 400) expect(JSON.parse(text)).toMatchObject({ error: { code: expect.any(String) } });
    });

    test('without Redis guides and captures, says so, and resumes nothing until it is back', async () => {
      const client = await openSession(portOf(node));
      await redis.kill();
      await turnsTo('degraded');
      const { status, body } = await readiness();
      expect({ status, ...body.dependencies }).toMatchObject({
        status: 200,
        redis: { status: 'down' },
        nats: { status: 'ok' },
      });
      client.sendFrame(1, face);
      expect(await client.next('feedback')).toMatchObject({ seq: 1, face: expect.anything() });
      const captureId = await requestCapture(client, 1);
      client.send({ type: 'still', captureId, seq: 1, format: 'jpeg', ...face });
      await client.next('captured');

      const { sessionId, resumeToken } = client.welcome;
      const resume = { sessionId, resumeToken, lastSeq: 1 };
      const late = await connectWire(portOf(node));
      late.send({ ...HELLO, resume });
      expect(await late.next('error')).toMatchObject({ code: 'state-unavailable', retryable: true });
      const fresh = await openSession(portOf(node));
      fresh.sendFrame(1, face);
      expect(await fresh.next('feedback')).toMatchObject({ face: expect.anything() });
      fresh.close();

      await redis.restart();
      await turnsTo('ready');
      const next = await openSession(portOf(node));
      next.close();
      const again = await openSession(portOf(node), {
        resume: { sessionId: next.welcome.sessionId, resumeToken: next.welcome.resumeToken, lastSeq: 0 },
      });
      expect(again.welcome).toMatchObject({ resumed: true, sessionId: next.welcome.sessionId });
      again.close();
    });

    test('CA4 without NATS goes on guiding, and hands the capture over when it is back', async () => {
      const client = await openSession(portOf(node));
      client.sendFrame(1, face);
      await client.next('feedback');
      const captureId = await requestCapture(client, 1);
      await nats.kill();
      await turnsTo('unavailable');
      expect((await readiness()).status).toBe(503);
      client.send({ type: 'still', captureId, seq: 1, format: 'jpeg', ...face });
      for (let seq = 2; seq <= 5; seq++) {
        client.sendFrame(seq, face);
        expect(await client.next('feedback')).toMatchObject({ seq, face: expect.anything() });
      }
      const during = await openSession(portOf(node));
      during.sendFrame(1, face);
      expect(await during.next('feedback')).toMatchObject({ face: expect.anything() });
      during.close();

      await nats.restart();
      expect(await client.next('captured')).toMatchObject({ captureId });
      await turnsTo('ready');
      client.close();
    });
  },
);
