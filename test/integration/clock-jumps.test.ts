import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueToken } from '../../src/auth/issue-token.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { BUS_HEADERS } from '../../src/protocol/bus-messages.ts';
import type { Feedback } from '../../src/protocol/messages.ts';
import { captureRecordSchema, eventRecordSchema } from '../../src/protocol/records.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { type FramegateProcess, portOf, startFramegate } from '../support/framegate-process.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { type RecordedSession, recordSession } from '../support/recorded-session.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';
import { createSettableClock, type SettableClock } from '../support/set-clock.ts';
import { until } from '../support/until.ts';

const missing = natsServerMissing ?? redisServerMissing;
const HOUR_MS = 3_600_000;
const DWELL_MS = 1000;
/** A break of this length between two frames may cost a dwell: then it was this machine, not its clock. */
const LONG_BREAK_MS = 400;
const NEAR_MS = 20_000;
const SECRET = 'a secret of more than thirty-two characters';

describe.skipIf(missing !== null)(`a node and a worker whose clock is set ${missing ?? ''}`, () => {
  let clock: SettableClock;
  let nats: TestNatsServer;
  let redis: TestRedisServer;
  let edge: FramegateProcess;
  let worker: FramegateProcess;
  let bus: Bus;
  let proxy: CuttingProxy;
  let face: EncodedFrame;
  /** Lives through all of it. */
  let witness: RecordedSession;
  let witnessAheadMs = 0;

  beforeAll(async () => {
    clock = createSettableClock();
    [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
    const shared = {
      ...clock.settings,
      FRAMEGATE_NATS_URL: nats.url,
      FRAMEGATE_REDIS_URL: redis.url,
      FRAMEGATE_AUTH_SECRET: SECRET,
      FRAMEGATE_DWELL_MS: String(DWELL_MS),
      FRAMEGATE_PORT: '0',
      FRAMEGATE_THREADS: '1',
    };
    [edge, worker, bus, [face]] = await Promise.all([
      startFramegate(['edge'], shared),
      startFramegate(['worker'], shared),
      createBus({ servers: nats.url, name: 'test' }),
      renderedFrames(1) as Promise<[EncodedFrame]>,
    ]);
    proxy = await startCuttingProxy(edgeUrl());
    witness = await recordSession({ urls: [proxy.url], token }, face, 8, () => Date.now() + witnessAheadMs);
  });

  afterAll(async () => {
    witness?.close();
    await proxy?.close();
    await bus?.close();
    await Promise.all([edge?.kill('SIGKILL'), worker?.kill('SIGKILL')]);
    await Promise.all([nats?.close(), redis?.close(), clock?.close()]);
  });

  const edgeUrl = () => `http://127.0.0.1:${portOf(edge)}`;
  const token = () =>
    issueToken({
      secret: SECRET,
      subject: 'ann',
      profiles: ['*'],
      audience: 'framegate',
      ttlSeconds: 600,
      nowMs: clock.nowMs,
    });

  test.each([
    ['an hour on', HOUR_MS],
    ['an hour back', -HOUR_MS],
    ['a day back', -24 * HOUR_MS],
    ['right again', 0],
  ])('goes on as if nothing had happened: %s', async (_name, aheadMs) => {
    const answeredAtMs: number[] = [];
    const session = await recordSession({ urls: [edgeUrl()], token }, face, 15);
    session.client.on('feedback', () => answeredAtMs.push(performance.now()));
    await session.until(() => (session.feedbacks.at(-1)?.dwell ?? 0) > 0.2);
    await clock.jumpTo(aheadMs);
    await session.until(() => session.captured.length > 0 && session.results.length > 0);
    expect(brokenDwells(session.feedbacks, answeredAtMs)).toEqual([]);
    expect(await acceptedAtMs(session)).toBeGreaterThan(clock.nowMs() - NEAR_MS);
    expect(await acceptedAtMs(session)).toBeLessThan(clock.nowMs() + NEAR_MS);
    await session.finish();
    expect(session.feedbacks.map(({ seq }) => seq)).toEqual(session.sent);
    expect([session.welcomes.length, session.closed(), session.errors]).toEqual([1, null, []]);
    session.close();

    // With a token of the new time; one of the old time was good when its session began.
    const late = await recordSession({ urls: [edgeUrl()], token }, face, 15);
    await late.until(() => late.feedbacks.length >= 5);
    expect(late.states).not.toContain('reconnecting');
    const { atMs } = await lastEvent('started');
    expect(Math.abs(atMs - clock.nowMs())).toBeLessThan(NEAR_MS);
    late.close();

    const answered = witness.feedbacks.length;
    await witness.until(() => witness.feedbacks.length > answered + 3);
    expect([witness.welcomes.length, witness.closed()]).toEqual([1, null]);
  });

  test('RS1 a session is resumed after a jump', async () => {
    const { sessionId } = witness.client.welcome!;
    proxy.shut();
    await clock.jumpTo(-24 * HOUR_MS);
    proxy.open();
    await witness.until(() => witness.welcomes.length === 2);
    expect(witness.welcomes[1]).toMatchObject({ sessionId, resumed: true });
  });

  test('PC4 the clock of a client costs it no pace', async () => {
    const paces = new Set<number>();
    const stop = witness.client.on('pace', ({ maxEdge }) => paces.add(maxEdge));
    for (const aheadMs of [-HOUR_MS, HOUR_MS, 0]) {
      witnessAheadMs = aheadMs;
      const answered = witness.feedbacks.length;
      // More than a second of frames: the node looks at the pace once a second.
      await witness.until(() => witness.feedbacks.length > answered + 12);
    }
    stop();
    expect([...paces].filter((maxEdge) => maxEdge < 512)).toEqual([]);
  });

  test('readiness is asked anew, not kept for a day', async () => {
    await clock.jumpTo(HOUR_MS);
    await fetch(`${edgeUrl()}/readyz`);
    await clock.jumpTo(-24 * HOUR_MS);
    await redis.kill();
    await until(async () => {
      const { status } = (await (await fetch(`${edgeUrl()}/readyz`)).json()) as { status: string };
      return status === 'degraded';
    }, 10_000);
  });

  async function lastEvent(event: string) {
    const subject = `framegate.events.session.${event}`;
    const stored = await bus.nats.manager.streams.getMessage('EVENTS', { last_by_subj: subject });
    return eventRecordSchema.parse(stored?.json());
  }

  async function acceptedAtMs({ client }: RecordedSession): Promise<number> {
    const subject = `framegate.captures.face-skin.${client.welcome!.sessionId}`;
    const stored = await bus.nats.manager.streams.getMessage('CAPTURES', { last_by_subj: subject });
    return captureRecordSchema.parse(JSON.parse(stored?.header.get(BUS_HEADERS.capture) ?? '')).acceptedAtMs;
  }
});

/** Steps of the first dwell that go back, or on by more than time went by. */
function brokenDwells(feedbacks: readonly Feedback[], answeredAtMs: readonly number[]): string[] {
  const first = feedbacks.findIndex(({ dwell }) => dwell > 0);
  const last = feedbacks.findIndex(({ dwell }) => dwell === 1);
  const broken: string[] = [];
  let longestBreakMs = 0;
  for (let i = first + 1; i <= last; i++) {
    const from = feedbacks[i - 1]!.dwell;
    const to = feedbacks[i]!.dwell;
    const breakMs = answeredAtMs[i]! - answeredAtMs[i - 1]!;
    longestBreakMs = Math.max(longestBreakMs, breakMs);
    if (to < from) broken.push(`${from} → ${to} after ${breakMs} ms`);
  }
  const tookMs = answeredAtMs[last]! - answeredAtMs[first]!;
  if (tookMs < DWELL_MS - LONG_BREAK_MS) broken.push(`complete after ${tookMs} ms`);
  return longestBreakMs > LONG_BREAK_MS ? [] : broken;
}
