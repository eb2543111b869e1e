import { describe, expect, test } from 'vitest';
import { createLagMeter } from '../../src/edge/lag-meter.ts';
import {
  initialPaceState,
  type NodeLoad,
  type PaceState,
  type SessionLoad,
  stepPace,
} from '../../src/edge/pace.ts';

const MAX_FPS = 30;

/** Clients that obey: each offers what it wants, at most what it may. */
function createNode(serviceMs: number, threads = 2) {
  const node: NodeLoad = { threads, serviceMs, queueWaitMs: 0 };
  let state: PaceState = initialPaceState;
  let atMs = 0;
  const changes: { atMs: number; id: string; fps: number }[] = [];
  const bench = {
    changes,
    capacityFps: (threads * 1000) / serviceMs,
    pace: (id: string) => state.sessions.get(id)?.pace,
    fps: (id: string) => state.sessions.get(id)?.pace.maxFps ?? MAX_FPS,
    tick(wishes: Record<string, number>, change: Partial<NodeLoad & SessionLoad> = {}) {
      const sessions = Object.entries(wishes).map(([id, wishFps]) => ({
        id,
        offeredFps: state.sessions.has(id) ? Math.min(wishFps, bench.fps(id)) : 0,
        lagMs: change.lagMs ?? 0,
      }));
      const stepped = stepPace(state, { ...node, ...change }, sessions, { atMs, maxFps: MAX_FPS });
      for (const { id, pace } of stepped.changed) changes.push({ atMs, id, fps: pace.maxFps });
      state = stepped.state;
      atMs += 1000;
    },
    run(seconds: number, wishes: Record<string, number>, change: Partial<NodeLoad & SessionLoad> = {}) {
      for (let second = 0; second < seconds; second++) bench.tick(wishes, change);
    },
  };
  return bench;
}

const all = (count: number, fps: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, fps]));

describe('pace', () => {
  test('PC1 a session is told its pace when it comes, then when it changes', () => {
    const node = createNode(10);
    node.run(5, { a: 10 });
    expect(node.changes).toEqual([{ atMs: 0, id: 'a', fps: 30 }]);
    expect(node.pace('a')).toEqual({ maxFps: 30, quality: 80, maxEdge: 512 });
  });

  test.each([1, 3, 8, 16, 40])('PC2 %i sessions that want all there is share it', (count) => {
    const node = createNode(10);
    node.run(20, all(count, 30));
    const shares = Object.keys(all(count, 0)).map((id) => node.fps(id));
    const sum = shares.reduce((total, fps) => total + fps, 0);
    expect(sum).toBeLessThanOrEqual(node.capacityFps);
    expect(sum).toBeGreaterThan(0.9 * Math.min(node.capacityFps, count * MAX_FPS));
    expect(new Set(shares).size).toBe(1);
  });

  test('PC2 what the modest leave goes to the others', () => {
    const node = createNode(20);
    const wishes = { ...all(8, 5), greedy1: 30, greedy2: 30, greedy3: 30 };
    node.run(30, wishes);
    const offered = Object.entries(wishes).reduce((sum, [id, fps]) => sum + Math.min(fps, node.fps(id)), 0);
    expect(offered).toBeLessThanOrEqual(node.capacityFps);
    expect(node.fps('greedy1')).toBeCloseTo((100 - 8 * 5) / 3, 0);
    expect(node.fps('s0')).toBeGreaterThanOrEqual(5);
  });

  test('PC2 frames that wait too long lower what is handed out', () => {
    const node = createNode(20);
    node.run(3, all(10, 30));
    const before = node.fps('s0');
    node.run(10, all(10, 30), { queueWaitMs: 100 });
    expect(node.fps('s0')).toBeLessThan(0.9 * before);
  });

  test('PC3 slower at once, faster after a pause and in steps', () => {
    const node = createNode(50);
    node.run(3, all(2, 30));
    expect(node.fps('s0')).toBe(20);
    node.tick(all(8, 30));
    expect(node.fps('s0')).toBe(5);
    const from = node.changes.length;
    node.run(12, all(1, 30));
    const steps = node.changes.slice(from).map(({ atMs, fps }) => [atMs, fps]);
    expect(steps).toEqual([
      [6000, 7.5],
      [9000, 11.2],
      [12000, 16.7],
      [15000, 25],
    ]);
  });

  test('PC3 a load that trembles leaves the pace alone', () => {
    const node = createNode(50);
    const wishes = all(4, 30);
    node.run(5, wishes);
    const from = node.changes.length;
    for (let second = 0; second < 60; second++)
      node.tick(wishes, { serviceMs: 50 * (1 + 0.05 * (-1) ** second) });
    expect(node.changes.slice(from)).toEqual([]);
  });

  test('PC4 a link that backs up gets less, and better again after calm', () => {
    const node = createNode(10);
    node.tick({ a: 30 });
    node.run(10, { a: 30 }, { lagMs: 800 });
    expect(node.pace('a')).toEqual({ maxFps: 15, quality: 60, maxEdge: 384 });
    node.run(7, { a: 30 }, { lagMs: 10 });
    expect(node.pace('a')).toMatchObject({ quality: 60 });
    node.run(3, { a: 30 }, { lagMs: 10 });
    expect(node.pace('a')).toMatchObject({ quality: 70, maxEdge: 448 });
    node.run(40, { a: 30 }, { lagMs: 10 });
    expect(node.pace('a')).toEqual({ maxFps: 30, quality: 80, maxEdge: 512 });
  });

  test('PC5 nobody is asked to go below the floor', () => {
    const node = createNode(500);
    node.run(10, all(50, 30), { lagMs: 2000 });
    expect(node.fps('s7')).toBe(2);
  });

  test('one that has gone is forgotten', () => {
    const node = createNode(50);
    node.run(3, all(10, 30));
    node.run(1, { a: 30 });
    expect(node.pace('s1')).toBeUndefined();
  });
});

describe('lag', () => {
  test('PC4 a far-away link and clocks that differ are no lag; queueing is', () => {
    const meter = createLagMeter();
    const distanceMs = 700 - 3_600_000;
    for (let frame = 0; frame < 100; frame++) meter.frameReceived(frame * 100 - distanceMs, frame * 100);
    expect(meter.take()).toEqual({ frames: 100, lagMs: 0 });
    for (let frame = 100; frame < 120; frame++) {
      meter.frameReceived(frame * 100 - distanceMs - 400, frame * 100);
    }
    const { frames, lagMs } = meter.take();
    expect(frames).toBe(20);
    expect(lagMs).toBeGreaterThan(350);
    expect(lagMs).toBeLessThanOrEqual(400);
  });

  test.each([-3_600_000, 3_600_000])('PC4 a client whose clock is set by %i ms does not lag', (jumpMs) => {
    const meter = createLagMeter();
    for (let frame = 0; frame < 100; frame++) meter.frameReceived(frame * 100, frame * 100 + 50);
    for (let frame = 100; frame < 103; frame++) meter.frameReceived(frame * 100 + jumpMs, frame * 100 + 50);
    expect(meter.take().lagMs).toBe(0);
  });

  test('PC4 lag does not become normal just because time goes by', () => {
    const meter = createLagMeter();
    for (let atMs = 0; atMs < 29_000; atMs += 100) meter.roundTrip(20, atMs);
    for (let atMs = 29_000; atMs < 45_000; atMs += 100) meter.roundTrip(620, atMs);
    expect(meter.take().lagMs).toBeGreaterThan(500);
  });

  test('PC4 a link that has become longer is the new normal after a minute', () => {
    const meter = createLagMeter();
    for (let atMs = 0; atMs < 10_000; atMs += 100) meter.roundTrip(20, atMs);
    for (let atMs = 10_000; atMs < 90_000; atMs += 100) meter.roundTrip(620, atMs);
    expect(meter.take().lagMs).toBeLessThan(1);
  });
});
