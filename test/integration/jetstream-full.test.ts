import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturePublisher } from '../../src/bus/capture-publisher.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createResultPublisher } from '../../src/bus/result-publisher.ts';
import { frameMetricsSubject } from '../../src/bus/subjects.ts';
import type { Captured, ErrorMessage } from '../../src/protocol/messages.ts';
import { captureRecord, resultRecord } from '../support/bus-records.ts';
import { type FramegateProcess, portOf, startFramegate } from '../support/framegate-process.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { type RecordedSession, recordSession } from '../support/recorded-session.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';
import { until } from '../support/until.ts';

const missing = natsServerMissing ?? redisServerMissing;
const MIB = 1024 * 1024;
const STORE_BYTES = 32 * MIB;

describe.skipIf(missing !== null)(`a full store ${missing ?? ''}`, () => {
  let nats: TestNatsServer;
  let redis: TestRedisServer;
  let edge: FramegateProcess;
  let bus: Bus;
  let face: EncodedFrame;
  let session: RecordedSession;

  beforeAll(async () => {
    [nats, redis, face] = await Promise.all([
      startNatsServer({ maxStoreBytes: STORE_BYTES }),
      startRedisServer(),
      renderedFrames(1).then(([first]) => first!),
    ]);
    edge = await startFramegate(['edge'], {
      FRAMEGATE_NATS_URL: nats.url,
      FRAMEGATE_REDIS_URL: redis.url,
      FRAMEGATE_PORT: '0',
      FRAMEGATE_THREADS: '1',
      FRAMEGATE_DWELL_MS: '10000',
    });
    bus = await createBus({ servers: nats.url, name: 'test' });
    session = await recordSession({ urls: [`http://127.0.0.1:${portOf(edge)}`] }, face, 12);
    await session.until(() => session.feedbacks.length > 2);
  });

  afterAll(async () => {
    session?.close();
    await bus?.close();
    await edge?.kill('SIGKILL');
    await Promise.all([nats?.close(), redis?.close()]);
  });

  async function capture(): Promise<Captured | ErrorMessage> {
    const [captured, errors] = [session.captured.length, session.errors.length];
    session.client.capture();
    await session.until(() => session.captured.length > captured || session.errors.length > errors);
    return session.captured[captured] ?? session.errors[errors]!;
  }

  async function readiness() {
    const response = await fetch(`http://127.0.0.1:${portOf(edge)}/readyz`);
    const body = (await response.json()) as {
      status: string;
      dependencies: Record<string, { detail: string }>;
    };
    return { http: response.status, status: body.status, room: body.dependencies['jetstream-room']?.detail };
  }

  test('frame records and events alone do not fill it', async () => {
    for (const subject of [frameMetricsSubject('flood'), 'framegate.events.flood.flood']) {
      expect(await fill(bus, subject, STORE_BYTES)).toBeGreaterThanOrEqual(STORE_BYTES);
    }
    expect(await capture()).toMatchObject({ type: 'captured' });
    expect(await readiness()).toMatchObject({ http: 200, status: 'ready' });
  });

  test('CA4 captures fail and may be tried again, guidance goes on, and all is well when there is room', async () => {
    await fill(bus, 'framegate.results.flood.flood', 2 * STORE_BYTES);
    const answered = session.feedbacks.length;
    const failed = await capture();
    expect(failed).toMatchObject({ type: 'error', code: 'capture-failed', retryable: true });
    expect(session.feedbacks.length).toBeGreaterThan(answered + 3);
    const { http, status, room } = await readiness();
    expect([http, status]).toEqual([200, 'degraded']);
    expect(room).toMatch(/CAPTURES: .*resource/);

    await bus.nats.manager.streams.purge('RESULTS');
    expect(await capture()).toMatchObject({ type: 'captured' });
    await until(async () => (await readiness()).status === 'ready', 15_000);
    expect(session.states).not.toContain('reconnecting');
  });
});

test.skipIf(missing !== null)('a full account is no refusal for good either', async () => {
  const account = `APP: { jetstream: { max_store: ${STORE_BYTES} }, users: [{ user: a, password: b }] }`;
  const nats = await startNatsServer({ config: `accounts { ${account} }\nno_auth_user: a` });
  const bus = await createBus({ servers: nats.url, name: 'test' });
  try {
    await ensureTopology(bus);
    await fill(bus, 'framegate.results.flood.flood', 2 * STORE_BYTES);
    const still = new Uint8Array(64 * 1024);
    const publishing = createCapturePublisher(bus).publish(captureRecord('c1'), still);
    await expect(publishing).rejects.toMatchObject({ code: 'bus-unavailable', retryable: true });
    await expect(bus.hasRoom()).rejects.toThrow(/CAPTURES: .*resource/);
    // A worker holds on to its result: rejecting would use up the capture's deliveries.
    const results = createResultPublisher(bus);
    const result = { ...resultRecord('c1'), result: { padding: 'x'.repeat(64 * 1024) } };
    await expect(results.publish(result, AbortSignal.abort())).rejects.toMatchObject({
      code: 'bus-unavailable',
    });
    const held = results.publish(result, new AbortController().signal);
    await bus.nats.manager.streams.purge('RESULTS');
    expect(await held).toMatchObject({ stream: 'RESULTS', duplicate: false });
    await createCapturePublisher(bus).publish(captureRecord('c1'), still);
    await bus.hasRoom();
  } finally {
    await bus.close();
    await nats.close();
  }
});

/** Until the server refuses even little, or has taken `mostBytes`. Gives how much it took. */
async function fill(bus: Bus, subject: string, mostBytes: number): Promise<number> {
  let taken = 0;
  for (const pieceBytes of [256 * 1024, 4 * 1024]) {
    try {
      while (taken < mostBytes) {
        await bus.nats.jetstream.publish(subject, new Uint8Array(pieceBytes));
        taken += pieceBytes;
      }
    } catch {
      // Full.
    }
  }
  return taken;
}
