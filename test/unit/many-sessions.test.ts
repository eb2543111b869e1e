import { expect, test } from 'vitest';
import { createLagMeter } from '../../src/edge/lag-meter.ts';
import { createPacer } from '../../src/edge/pacer.ts';
import type { Welcome } from '../../src/protocol/messages.ts';
import { type Bench, createBench, settled } from '../support/edge-bench.ts';
import { HELLO } from '../support/session-script.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

async function opened(bench: Bench, host: ReturnType<Bench['host']>, count: number) {
  const clients = Array.from({ length: count }, (_, index) => {
    const client = bench.connect(host, { anonymous: true });
    const { token: _token, ...hello } = HELLO;
    client.send({ ...hello, client: { ...hello.client, sdk: `test ${index}` } });
    return client;
  });
  await settled();
  return clients;
}

/** The times of the saves, and whether they fail. */
function watchSaves(bench: Bench) {
  const { save } = bench.resume;
  const watched = {
    failing: false,
    saves: [] as { sessionId: string; atMs: number }[],
    mostAtOnce: () =>
      Math.max(...[...Map.groupBy(watched.saves, ({ atMs }) => atMs).values()].map(({ length }) => length)),
    sessions: () => new Set(watched.saves.map(({ sessionId }) => sessionId)).size,
  };
  bench.resume.save = async (entry, generation, ttlMs) => {
    watched.saves.push({ sessionId: entry.sessionId, atMs: bench.clock.nowMs() });
    if (watched.failing) throw new Error('away');
    return save(entry, generation, ttlMs);
  };
  return watched;
}

test('RS1 RS7 CL4 idle sessions are saved once a minute each, spread out, and share their timers', async () => {
  const bench = createBench();
  const host = bench.host('a');
  await opened(bench, host, 2);
  await bench.clock.advance(1000);
  const timersOfTwo = bench.clock.pendingTimers();
  await opened(bench, host, 198);
  await bench.clock.advance(1000);
  expect(bench.clock.pendingTimers()).toBe(timersOfTwo);
  expect(bench.subscriptions()).toBe(0);
  const watched = watchSaves(bench);
  await bench.clock.advance(57_000);
  expect(watched.saves).toHaveLength(0);
  await bench.clock.advance(13_000);
  expect([watched.saves.length, watched.sessions()]).toEqual([200, 200]);
  expect(watched.mostAtOnce()).toBeLessThanOrEqual(2);
  await host.close();
});

test('RS1 a session in which nothing happens can still be resumed when its node has died', async () => {
  const bench = createBench();
  const [client] = await opened(bench, bench.host('a'), 1);
  for (let step = 0; step < 60; step++) {
    await bench.clock.advance(10_000);
    bench.resume.advance(10_000);
  }
  bench.resume.advance(119_000);
  const { sessionId, resumeToken } = client!.received.find(
    (message): message is Welcome => message.type === 'welcome',
  )!;
  const { token: _token, ...hello } = HELLO;
  const next = bench.connect(bench.host('b'), { anonymous: true });
  next.send({ ...hello, resume: { sessionId, resumeToken, lastSeq: 0 } });
  await settled();
  expect(next.received[0]).toMatchObject({ type: 'welcome', resumed: true });
});

test('RS7 saves that failed are made again when the store is back, spread out, and are one line in the log', async () => {
  const bench = createBench();
  const host = bench.host('a');
  const watched = watchSaves(bench);
  watched.failing = true;
  await opened(bench, host, 300);
  expect(bench.logged).toEqual(['the state of a session was not saved']);
  watched.failing = false;
  watched.saves.length = 0;
  await bench.clock.advance(10_100);
  expect([watched.saves.length, watched.sessions()]).toEqual([300, 300]);
  expect(watched.mostAtOnce()).toBeLessThanOrEqual(3);
  await host.close();
});

test('CL2 all of many sessions are saved before they are sent away', async () => {
  const bench = createBench();
  const host = bench.host('a');
  const clients = await opened(bench, host, 500);
  const watched = watchSaves(bench);
  const drained = host.drain();
  await bench.clock.advance(10_000);
  await drained;
  expect(new Set(clients.map(({ closed }) => closed?.code))).toEqual(new Set([4503]));
  expect([watched.saves.length, watched.sessions()]).toEqual([500, 500]);
  expect(bench.clock.pendingTimers()).toBe(0);
});

function startPacer() {
  const clock = createVirtualClock(0);
  const paces = new Map<string, number>();
  const told: string[] = [];
  const pacer = createPacer({
    clock,
    maxFps: 30,
    node: () => ({ threads: 2, serviceMs: 20, queueWaitMs: 0 }),
    tell(id, pace) {
      paces.set(id, pace.maxFps);
      told.push(id);
    },
  });
  return { clock, pacer, paces, told };
}

test('PC1 PC2 PC3 of many that come together none gets more than its share, and those that are there make room', async () => {
  const { clock, pacer, paces, told } = startPacer();
  pacer.add('first', createLagMeter());
  await clock.advance(1000);
  told.length = 0;
  const names = Array.from({ length: 19 }, (_, index) => `s${index}`);
  for (const name of names) pacer.add(name, createLagMeter());
  expect(told).toEqual(names);
  expect(paces.get('s18')).toBe(5);
  await clock.advance(100);
  // A pace less than a tenth too high is left as it is.
  expect([...paces.values()].reduce((sum, fps) => sum + fps, 0)).toBeLessThanOrEqual(100 / 0.9);
  expect(paces.get('first')).toBe(5);
});

test('PC2 those that send nothing leave what there is to the one that does', async () => {
  const { clock, pacer, paces } = startPacer();
  for (let index = 0; index < 1000; index++) pacer.add(`idle${index}`, createLagMeter());
  const busy = createLagMeter();
  pacer.add('busy', busy);
  for (let second = 0; second < 30; second++) {
    for (let frame = 0; frame < paces.get('busy')!; frame++) busy.frameReceived(clock.nowMs(), clock.nowMs());
    await clock.advance(1000);
  }
  expect(paces.get('busy')).toBe(30);
});
