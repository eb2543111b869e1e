import { describe, expect, test } from 'vitest';
import { frameSizes, frameWeight } from '../../client/sdk/pump/frame-ladder.ts';
import { createLinkAdapter } from '../../client/sdk/pump/link-adapter.ts';
import { createLinkEstimator } from '../../client/sdk/pump/link-estimate.ts';
import { percentile, playLink, type SimulatedFrame, type SimulatedLink } from '../support/simulated-link.ts';

const PACE = { maxFps: 15, quality: 80, maxEdge: 512 };
const DURATION_MS = 20_000;

type Options = Partial<Parameters<typeof playLink>[2]>;

function play(link: SimulatedLink, options: Options = {}) {
  const adapter = createLinkAdapter();
  return { adapter, frames: playLink(adapter, link, { durationMs: DURATION_MS, pace: PACE, ...options }) };
}

const steady = (bytesPerSecond: number) => () => bytesPerSecond;
const p95 = (frames: readonly SimulatedFrame[]) =>
  percentile(
    frames.map(({ roundTripMs }) => roundTripMs),
    0.95,
  );
const isFull = ({ maxEdge, quality }: SimulatedFrame) => maxEdge === 512 && quality === 80;

describe('a link of 300 kbit/s, 200 ms away', () => {
  test.each([
    ['steady', 0, 5],
    ['that trembles', 50, 5],
    ['with pictures full of detail', 0, 6.5],
  ])('%s: answers within 700 ms, and nothing piles up', (_what, jitterMs, detail) => {
    const { frames } = play({ bytesPerSecond: steady(37_500), delayMs: 200, jitterMs }, { detail });
    expect(p95(frames)).toBeLessThan(700);
    expect(frames.length / (DURATION_MS / 1000)).toBeGreaterThan(2.5);
    expect(p95(frames.slice(-20))).toBeLessThan(p95(frames.slice(0, 20)) + 50);
    for (const { bytes, maxEdge } of frames) {
      expect(bytes).toBeLessThan(10_000);
      expect(maxEdge).toBeGreaterThanOrEqual(320);
    }
  });
});

test.each([
  ['1 Gbit/s next door', 125e6, 1, 0, 1000],
  ['1 Gbit/s with a busy computer at its end', 125e6, 1, 60, 1000],
  ['10 Mbit/s', 1.25e6, 20, 10, 1000],
  ['10 Mbit/s on another continent', 1.25e6, 100, 10, 2000],
])('%s: begins small and is at the node’s pace soon', (_what, rate, delayMs, jitterMs, withinMs) => {
  const { frames } = play({ bytesPerSecond: steady(rate), delayMs, jitterMs });
  expect(frames[0]!.bytes).toBeLessThan(9000);
  expect(frames.find(isFull)?.sentAtMs).toBeLessThan(withinMs);
  expect(frames.slice(20).filter((frame) => !isFull(frame)).length).toBeLessThan(frames.length * 0.05);
});

test('the node’s pace is the most: never more frames, larger or finer', () => {
  const pace = { maxFps: 5, quality: 60, maxEdge: 384 };
  const { frames } = play({ bytesPerSecond: steady(125e6), delayMs: 1 }, { pace });
  expect(frames.length).toBeLessThanOrEqual((5 * DURATION_MS) / 1000 + 1);
  expect(frames.length).toBeGreaterThan((4 * DURATION_MS) / 1000);
  expect(Math.max(...frames.map(({ maxEdge }) => maxEdge))).toBe(384);
  expect(Math.max(...frames.map(({ quality }) => quality))).toBe(60);
});

test('between the two it is rather small than seldom', () => {
  const { frames } = play({ bytesPerSecond: steady(125_000), delayMs: 50 });
  expect(frames.length / (DURATION_MS / 1000)).toBeGreaterThan(7);
  expect(p95(frames)).toBeLessThan(350);
});

test('a link that becomes poor is noticed after two answers, one that becomes good within seconds', () => {
  const changedAtMs = 8000;
  const worse = play({ bytesPerSecond: (atMs) => (atMs < changedAtMs ? 1.25e6 : 37_500), delayMs: 100 });
  const after = worse.frames.filter(({ sentAtMs }) => sentAtMs >= changedAtMs);
  expect(after.filter(isFull).length).toBeLessThanOrEqual(4);
  expect(p95(after.filter(({ sentAtMs }) => sentAtMs > changedAtMs + 5000))).toBeLessThan(500);

  const better = play({ bytesPerSecond: (atMs) => (atMs < changedAtMs ? 37_500 : 1.25e6), delayMs: 100 });
  expect(better.frames.find(isFull)!.sentAtMs).toBeLessThan(changedAtMs + 5000);
});

test('one answer that is late by half a second is a hiccup', () => {
  const adapter = createLinkAdapter();
  adapter.connected(20);
  adapter.setPace(PACE);
  let atMs = 0;
  for (let seq = 1; seq <= 40; seq++) {
    const { maxEdge, quality } = adapter.size;
    const bytes = 5.5 * frameWeight(maxEdge, quality);
    adapter.sent(seq, { bytes, longSidePx: maxEdge, maxEdge, quality }, atMs);
    atMs += seq === 30 ? 520 : 20 + bytes / 1250;
    adapter.answered(seq, 0, atMs);
    atMs += 50;
    if (seq > 10) expect(adapter.size).toEqual({ maxEdge: 512, quality: 80 });
  }
});

test('nothing is added while an answer is overdue', () => {
  const adapter = createLinkAdapter();
  adapter.connected(20);
  for (let seq = 1; seq <= 10; seq++) {
    adapter.sent(seq, { bytes: 8000, longSidePx: 320, maxEdge: 320, quality: 40 }, seq * 100);
    adapter.answered(seq, 5, seq * 100 + 30);
  }
  adapter.sent(11, { bytes: 8000, longSidePx: 320, maxEdge: 320, quality: 40 }, 1100);
  expect([adapter.allows(1200), adapter.allows(2000)]).toEqual([true, false]);
  adapter.answered(11, 5, 2000);
  expect(adapter.allows(2001)).toBe(true);
});

test('a source that is smaller than the node would take is not thought to be larger', () => {
  const adapter = createLinkAdapter();
  adapter.connected(50);
  adapter.setPace({ maxFps: 10, quality: 80, maxEdge: 2048 });
  for (let seq = 1; seq <= 20; seq++) {
    const { maxEdge, quality } = adapter.size;
    const longSidePx = Math.min(maxEdge, 480);
    const bytes = 5 * frameWeight(longSidePx, quality);
    adapter.sent(seq, { bytes, longSidePx, maxEdge, quality }, seq * 200);
    adapter.answered(seq, 5, seq * 200 + 55 + bytes / 1000);
  }
  expect(adapter.size).toEqual({ maxEdge: 2048, quality: 80 });
});

test('a still gets what the link can carry in time, and frames wait until it has left', () => {
  const { adapter } = play({ bytesPerSecond: steady(37_500), delayMs: 200 });
  const bytes = adapter.bytesWithin(5000);
  expect(bytes / 1024).toBeGreaterThan(65);
  expect(bytes / 1024).toBeLessThan(140);
  // The last frames are not answered any more.
  adapter.connected(450);
  const atMs = DURATION_MS + 5000;
  adapter.sentOther(100_000, atMs);
  expect(adapter.allows(atMs + 2000)).toBe(false);
  expect(adapter.allows(atMs + 3500)).toBe(true);
  adapter.sentOther(100_000, atMs + 4000);
  adapter.otherAnswered();
  expect(adapter.allows(atMs + 4500)).toBe(true);
});

test('distance and rate are told apart once messages differ in size', () => {
  const estimator = createLinkEstimator();
  estimator.connected(900);
  for (let index = 0; index < 40; index++) {
    const bytes = 4000 + (index % 5) * 3000;
    estimator.took(bytes, 120 + bytes * 0.02);
  }
  expect(estimator.estimate.baseMs).toBeGreaterThan(80);
  expect(estimator.estimate.baseMs).toBeLessThan(160);
  expect(estimator.estimate.msPerByte).toBeGreaterThan(0.015);
  expect(estimator.estimate.msPerByte).toBeLessThan(0.025);
});

test.each([400, 450, 600, 900, 1500, 3000])(
  'a hello that took %i ms says little of a link that is 400 ms long: the still fits it all the same',
  (helloMs) => {
    const link = { bytesPerSecond: steady(37_500), delayMs: 200 };
    const { adapter, frames } = play(link, { helloMs, durationMs: 3000 });
    expect(p95(frames)).toBeLessThan(760);
    const bytes = adapter.bytesWithin(5000);
    expect(bytes / 1024).toBeGreaterThan(50);
    expect(bytes / 1024).toBeLessThan(150);
  },
);

test('sizes go up to what the node takes', () => {
  expect(frameSizes({ maxEdge: 384, quality: 60 }).at(-1)).toEqual({ maxEdge: 384, quality: 60 });
  expect(frameSizes({ maxEdge: 256, quality: 30 })).toEqual([{ maxEdge: 256, quality: 30 }]);
  const weights = frameSizes(PACE).map(({ maxEdge, quality }) => frameWeight(maxEdge, quality));
  expect(weights).toEqual([...weights].sort((one, other) => one - other));
});
