import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster } from '../../loadtest/cluster/start-cluster.ts';
import type { Cluster } from '../../loadtest/cluster/types.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { PROFILE_RESULT_KINDS } from '../../src/protocol/result-kinds.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import { type RecordedSession, recordSession } from '../support/recorded-session.ts';
import { redisServerMissing } from '../support/redis-server.ts';
import { renderedFrames } from '../support/rendered-frames.ts';

const KINDS = PROFILE_RESULT_KINDS['face-skin'];
const missing = natsServerMissing ?? redisServerMissing;

/** The other faults of a cluster, with rows in ClickHouse: `npm run faults -- --kinds nats-leader-killed,nats-leader-stopped`. */
describe.skipIf(missing !== null)(`a cluster of three NATS servers ${missing ?? ''}`, () => {
  let cluster: Cluster;
  let bus: Bus;
  let session: RecordedSession;

  beforeAll(async () => {
    // The servers are still about to find each other when the roles start.
    cluster = await startCluster({
      edges: 1,
      workers: 1,
      sinks: 0,
      natsServers: 3,
      clickHouse: false,
      settings: { FRAMEGATE_THREADS: '1', FRAMEGATE_DWELL_MS: '10000' },
    });
    const [face] = await renderedFrames(1);
    bus = await createBus({ servers: cluster.natsUrl, name: 'test', requestTimeoutMs: 2000 });
    session = await recordSession({ urls: cluster.edgeUrls }, face!, 8);
    await session.until(() => session.feedbacks.length > 2);
  }, 90_000);

  afterAll(async () => {
    session?.close();
    await bus?.close();
    await cluster?.close();
  });

  async function captureAgainAndAgain(count: number): Promise<void> {
    const wanted = session.captured.length + count;
    while (session.captured.length < wanted) {
      const told = session.captured.length + session.errors.length;
      session.client.capture();
      await session.until(() => session.captured.length + session.errors.length > told, 40_000);
    }
  }

  test('keeps three copies of each stream', async () => {
    for await (const { config } of bus.nats.manager.streams.list()) expect(config.num_replicas).toBe(3);
  });

  test('loses and doubles no capture when the server that leads dies', { timeout: 60_000 }, async () => {
    await captureAgainAndAgain(2);
    const { leader } = (await bus.nats.manager.streams.info('CAPTURES')).cluster ?? {};
    const victim = cluster.processes.find(({ name }) => name === leader)!;
    const answered = session.feedbacks.length;
    const startMs = performance.now();
    const during = captureAgainAndAgain(1);
    await victim.kill();
    await during;
    console.info(`captures went on ${Math.round(performance.now() - startMs)} ms after ${leader} was killed`);
    await captureAgainAndAgain(2);
    await session.until(() => session.results.length >= KINDS.length * session.captured.length, 30_000);
    await victim.start();
    await captureAgainAndAgain(1);
    await session.until(() => session.results.length >= KINDS.length * session.captured.length, 30_000);

    const acknowledged = session.captured.map(({ captureId }) => captureId);
    const wanted = acknowledged.flatMap((captureId) => KINDS.map((kind) => `${captureId} ${kind}`)).sort();
    expect(session.results.map(({ captureId, kind }) => `${captureId} ${kind}`).sort()).toEqual(wanted);
    const { subjects } = await bus.nats.manager.streams
      .info('RESULTS', { subjects_filter: '>' })
      .then(({ state }) => state);
    expect(Object.values(subjects ?? {}).reduce((sum, count) => sum + count, 0)).toBe(wanted.length);
    expect(session.feedbacks.length).toBeGreaterThan(answered + 10);
    expect([session.welcomes.length, session.closed()]).toEqual([1, null]);
  });
});
