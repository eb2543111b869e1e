import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PROFILE_RESULT_KINDS } from '../../src/protocol/result-kinds.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { type FramegateProcess, startFramegate } from '../support/framegate-process.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { type RecordedSession, recordSession } from '../support/recorded-session.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';
import { until } from '../support/until.ts';

const DWELL_MS = 2000;
const KINDS = PROFILE_RESULT_KINDS['face-skin'];

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `a session that moves ${natsServerMissing ?? redisServerMissing ?? ''}`,
  () => {
    let nats: TestNatsServer;
    let redis: TestRedisServer;
    let listener: NatsConnection;
    let frame: EncodedFrame;
    let settings: Record<string, string>;
    let edges: Edge[];
    /** The captures of all results that were published, one entry a result. */
    const published: string[] = [];
    const publishedOf = (captureId: string) => published.filter((id) => id === captureId).length;
    const sessions: RecordedSession[] = [];
    let worker: FramegateProcess;
    let proxy: CuttingProxy | null = null;

    interface Edge {
      readonly name: string;
      readonly url: string;
      readonly process: FramegateProcess;
    }

    const startEdge = async (name: string): Promise<Edge> => {
      const process = await startFramegate(['edge'], { ...settings, FRAMEGATE_NODE_NAME: name });
      return { name, url: /http:[^,]+/.exec(String(process.ready.summary))![0], process };
    };
    const record = async (...args: Parameters<typeof recordSession>) => {
      const session = await recordSession(...args);
      sessions.push(session);
      return session;
    };

    beforeAll(async () => {
      [nats, redis, [frame]] = (await Promise.all([
        startNatsServer(),
        startRedisServer(),
        renderedFrames(1),
      ])) as [TestNatsServer, TestRedisServer, [EncodedFrame]];
      settings = {
        FRAMEGATE_NATS_URL: nats.url,
        FRAMEGATE_REDIS_URL: redis.url,
        FRAMEGATE_PORT: '0',
        FRAMEGATE_THREADS: '1',
        FRAMEGATE_DWELL_MS: String(DWELL_MS),
      };
      worker = await startFramegate(['worker'], settings);
      listener = await connect({ servers: nats.url });
      listener.subscribe('framegate.results.>', {
        callback: (error, message) => {
          if (error === null) published.push(message.json<{ captureId: string }>().captureId);
        },
      });
      edges = await Promise.all([startEdge('east'), startEdge('west')]);
    }, 60_000);

    beforeEach(async () => {
      // Each test may have ended one.
      edges = await Promise.all(
        edges.map((edge) =>
          edge.process.child.exitCode === null && edge.process.child.signalCode === null
            ? edge
            : startEdge(edge.name),
        ),
      );
    });

    afterEach(async () => {
      for (const session of sessions.splice(0)) session.close();
      await proxy?.close();
      proxy = null;
    });

    afterAll(async () => {
      await listener?.close();
      await Promise.all(
        [...(edges ?? []).map((edge) => edge.process), worker].map((process) => process?.kill('SIGKILL')),
      );
      await Promise.all([nats?.close(), redis?.close()]);
    });

    function expectAllResults(session: RecordedSession, captureId: string): void {
      expect(
        session.results.map((result) => `${result.captureId}/${result.kind} ${result.status}`).sort(),
      ).toEqual(KINDS.map((kind) => `${captureId}/${kind} done`).sort());
    }

    /** What holds however often a session has moved. */
    function expectOneSession(session: RecordedSession): void {
      expect(new Set(session.welcomes.map(({ sessionId }) => sessionId)).size).toBe(1);
      expect(session.welcomes.map(({ resumed }) => resumed)).toEqual(
        session.welcomes.map((_, index) => index > 0),
      );
      expect(session.sent).toEqual(session.sent.map((_, index) => index + 1));
      const answered = session.feedbacks.map(({ seq }) => seq);
      expect(answered).toEqual([...new Set(answered)].sort((one, other) => one - other));
      expect(session.errors.filter(({ code }) => code !== 'server-draining')).toEqual([]);
    }

    test.each([
      ['RS1 a node that drains in mid-dwell', 'SIGTERM'],
      ['RS1 a node that is killed in mid-dwell', 'SIGKILL'],
    ] as const)('%s: the session goes on where it was on the other one', async (_, signal) => {
      const [east, west] = edges as [Edge, Edge];
      const session = await record({ urls: [east.url, west.url] }, frame);
      expect(session.welcomes[0]!.node).toBe('east');
      await session.until(() => (session.feedbacks.at(-1)?.dwell ?? 0) >= 0.4);
      const before = session.feedbacks.at(-1)!;
      const startMs = performance.now();
      const ended = east.process.kill(signal);
      await session.until(() => session.welcomes.length === 2);
      process.stdout.write(`${signal}: resumed after ${Math.round(performance.now() - startMs)} ms\n`);
      expect(session.welcomes[1]!.node).toBe('west');
      expect(await ended).toBe(signal === 'SIGTERM' ? 0 : 'SIGKILL');
      const metrics = await (await fetch(`${west.url}/metrics`)).text();
      expect(metrics).toMatch(/^framegate_resumes_total\{outcome="resumed",node="west"\} [1-9]/m);

      await session.until(() => session.feedbacks.at(-1)!.seq > session.welcomes[1]!.lastSeq);
      const after = session.feedbacks.find(({ seq }) => seq > session.welcomes[1]!.lastSeq)!;
      // What is saved is at most a second old.
      const lostDwell = signal === 'SIGTERM' ? 0 : 1000 / DWELL_MS;
      expect(after.dwell).toBeGreaterThan(before.dwell - lostDwell - 0.01);
      if (signal === 'SIGTERM')
        expect(session.errors).toMatchObject([{ code: 'server-draining', retryable: true }]);

      await session.until(() => session.results.length >= KINDS.length);
      expect(session.captured.length).toBe(1);
      expectAllResults(session, session.captured[0]!.captureId);
      expectOneSession(session);
    });

    test('RS4 a link that breaks again and again costs the frames that were on it, and nothing else', async () => {
      proxy = await startCuttingProxy(edges[0]!.url);
      const session = await record({ urls: [proxy.url] }, frame);
      for (let cut = 1; cut <= 4; cut++) {
        const from = session.feedbacks.length;
        await session.until(() => session.feedbacks.length >= from + 4);
        proxy.cut();
        await session.until(() => session.welcomes.length === cut + 1);
      }
      await session.until(() => session.results.length >= KINDS.length);
      expect(session.captured.length).toBe(1);
      expectOneSession(session);
    });

    test('RS6 results that became ready while the client was away come once each after the resume', async () => {
      proxy = await startCuttingProxy(edges[0]!.url);
      const session = await record({ urls: [proxy.url], maxAttempts: 100 }, frame);
      let captureId = '';
      session.client.on('captured', (message) => {
        captureId = message.captureId;
        proxy?.shut();
      });
      await session.until(() => captureId !== '' && session.client.state === 'reconnecting');
      await until(() => publishedOf(captureId) === KINDS.length, 15_000);
      expect(session.results).toEqual([]);
      proxy.open();
      await session.until(() => session.results.length >= KINDS.length);
      expectAllResults(session, captureId);

      // The link breaks once more: what has been delivered is not told again.
      const resumes = session.welcomes.length;
      proxy.cut();
      await session.until(() => session.welcomes.length > resumes);
      const answered = session.feedbacks.length;
      await session.until(() => session.feedbacks.length >= answered + 5);
      expectAllResults(session, captureId);
      expectOneSession(session);
    });

    test('RS2 a session that is gone begins anew, without anyone asking', async () => {
      proxy = await startCuttingProxy(edges[0]!.url);
      const session = await record({ urls: [proxy.url], maxAttempts: 100 }, frame);
      await session.until(() => session.feedbacks.length >= 3);
      proxy.shut();
      await session.until(() => session.client.state === 'reconnecting');
      // Restarted empty: as if the two minutes had passed.
      await redis.kill();
      await redis.restart();
      proxy.open();
      await session.until(
        () =>
          session.client.state === 'live' &&
          session.client.welcome?.resumed === false &&
          session.welcomes.length >= 2,
      );
      expect(session.welcomes.at(-1)!.sessionId).not.toBe(session.welcomes[0]!.sessionId);
      await session.until(() => session.results.length > 0);
    });
  },
);
