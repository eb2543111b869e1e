import { describe, expect, test } from 'vitest';
import { createCaptureDriver } from '../../loadtest/generator/capture-driver.ts';
import { noCounts } from '../../loadtest/generator/counts.ts';
import { jainIndex } from '../../loadtest/generator/fairness.ts';
import { createFrameMessageHead } from '../../loadtest/generator/frame-message.ts';
import { createFrameTurns } from '../../loadtest/generator/frame-turns.ts';
import type { Interval } from '../../loadtest/generator/interval.ts';
import { createIntervalRecorder } from '../../loadtest/generator/interval-recorder.ts';
import { rungFor } from '../../loadtest/generator/pictures.ts';
import { createProgressLine, progressText } from '../../loadtest/generator/progress-line.ts';
import { createResultLedger } from '../../loadtest/generator/result-ledger.ts';
import { createShapedLink } from '../../loadtest/generator/shaped-link.ts';
import { createTally } from '../../loadtest/generator/tally.ts';
import { createTimeline } from '../../loadtest/generator/timeline.ts';
import { percentilesOf } from '../../loadtest/report/percentiles.ts';
import { createCodec } from '../../src/protocol/codec.ts';
import { parseClientMessage } from '../../src/protocol/parse-message.ts';

test('a frame is written as the protocol has it, its picture untouched', () => {
  const data = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
  const headOf = createFrameMessageHead({ width: 512, height: 384, format: 'jpeg', data });
  const first = headOf(1, 1_700_000_000_000.5);
  const bytes = new Uint8Array(Buffer.concat([headOf(70_123, 1_700_000_000_001.25), data]));
  expect(parseClientMessage(createCodec(), bytes)).toEqual({
    type: 'frame',
    seq: 70_123,
    capturedAtMs: 1_700_000_000_001.25,
    width: 512,
    height: 384,
    format: 'jpeg',
    data,
  });
  const again = parseClientMessage(createCodec(), new Uint8Array(Buffer.concat([first, data])));
  expect(again).toMatchObject({ seq: 1 });
});

describe('turns', () => {
  test('no more frames under way than the node allows', () => {
    const turns = createFrameTurns(true, () => 0);
    turns.setMaxInFlight(2);
    turns.sent(1, 0);
    turns.sent(2, 10);
    expect(turns.allows(5000)).toBe(false);
    expect(turns.answered(1, 30)).toBe(30);
    expect(turns.answered(1, 31)).toBeNull();
    expect(turns.allows(5000)).toBe(true);
    expect(turns.forget()).toBe(1);
  });

  test('no faster than the pace, on average and after a pause', () => {
    const turns = createFrameTurns(true, () => 0);
    turns.setMaxInFlight(100);
    turns.setMaxFps(5);
    let sent = 0;
    for (let atMs = 0; atMs < 10_000; atMs += 33) if (turns.allows(atMs)) turns.sent(++sent, atMs);
    expect(sent).toBeGreaterThanOrEqual(49);
    expect(sent).toBeLessThanOrEqual(51);
    for (let atMs = 20_000; atMs < 20_150; atMs += 5) if (turns.allows(atMs)) turns.sent(++sent, atMs);
    expect(sent).toBeLessThanOrEqual(53);
  });
});

test('a capture is wished every so often, and one that is late does not catch up', () => {
  const driver = createCaptureDriver({ everyMs: 1000, afterMs: 500, by: 'dwell' }, 0);
  expect([499, 500].map((atMs) => driver.holdsStill(atMs))).toEqual([false, true]);
  driver.done(5000);
  expect(driver.holdsStill(5000)).toBe(true);
  driver.done(5100);
  expect([5999, 6000].map((atMs) => driver.holdsStill(atMs))).toEqual([false, true]);

  const button = createCaptureDriver({ everyMs: 1000, afterMs: 500, by: 'button' }, 0);
  expect([400, 500, 600, 2500].map((atMs) => button.presses(atMs))).toEqual([false, true, false, true]);
});

test('a result is counted once, and told of when a session is resumed', () => {
  const ledger = createResultLedger();
  ledger.stillSent('a', 100);
  ledger.stillSent('a', 900);
  expect(ledger.captured('a', 150)).toBe(50);
  expect(ledger.captured('a', 160)).toBeNull();
  expect(ledger.captured('never asked', 160)).toBeNull();
  expect(ledger.result('a', 'face-quality', 300)).toBe(200);
  expect(ledger.result('a', 'face-quality', 400)).toBe('twice');
  expect(ledger.received()).toEqual(['a/face-quality']);
});

test('a link carries so many bytes a second, in order, and loses what is under way with the connection', () => {
  let nowMs = 0;
  const timers: { atMs: number; run: () => void }[] = [];
  const link = createShapedLink(
    { name: 'slow', kilobitsPerSecond: 80, delayMs: 50 },
    () => nowMs,
    (run, delayMs) => timers.push({ atMs: nowMs + delayMs, run }),
  );
  const arrived: string[] = [];
  link.up(1000, () => arrived.push('first'));
  link.up(10, () => arrived.push('second'));
  expect(timers.map(({ atMs }) => atMs)).toEqual([150, 151]);
  expect(link.waitingBytes()).toBe(1010);
  // Timers may fire in any order.
  for (const { run } of timers.splice(0).reverse()) run();
  expect(arrived).toEqual(['first', 'second']);
  nowMs = 1000;
  link.up(10, () => arrived.push('lost'));
  link.drop();
  for (const { run } of timers) run();
  expect(arrived).toHaveLength(2);
});

test('pace chooses among the sizes there are', () => {
  const set = {
    rungs: [
      { maxEdge: 512, quality: 80, pictures: [] },
      { maxEdge: 448, quality: 70, pictures: [] },
      { maxEdge: 384, quality: 60, pictures: [] },
    ],
  };
  const edge = (maxEdge: number, quality: number) => rungFor(set, { maxEdge, quality }).maxEdge;
  expect([edge(512, 80), edge(640, 90), edge(448, 80), edge(512, 70), edge(100, 10)]).toEqual([
    512, 512, 448, 448, 384,
  ]);
});

function interval(second: number, change: Partial<Interval> = {}): Interval {
  return {
    second,
    counts: noCounts(),
    times: {},
    answered: new Uint32Array(),
    openSessions: 4,
    unanswered: 0,
    pacedFps: 40,
    cpuSeconds: 0.1,
    closes: {},
    errors: {},
    ...change,
  };
}

test('times of all threads are one histogram: percentiles are not averaged', () => {
  const [fast, slow] = [createIntervalRecorder(), createIntervalRecorder()];
  for (let i = 0; i < 990; i++) fast.time('latency', 10);
  for (let i = 0; i < 10; i++) slow.time('latency', 1000);
  fast.answered(3);
  fast.answered(3);
  slow.answered(4);
  const now = { second: 0, openSessions: 1, unanswered: 0, pacedFps: 10, cpuSeconds: 0.5 };
  const tally = createTally();
  for (const recorder of [fast, slow]) tally.add(recorder.take(now));
  const { p50, p99, max, count } = percentilesOf(tally.times('latency'));
  expect(count).toBe(1000);
  expect([p50, p99, max].map(Math.round)).toEqual([10, 10, 1000]);
  expect([...tally.answered]).toEqual([
    [3, 2],
    [4, 1],
  ]);
  expect(tally.cpuSeconds).toBe(1);
  expect(fast.take(now).times).toEqual({});
});

test('a second is told of when all threads have told of it', () => {
  const timeline = createTimeline(2);
  timeline.add(interval(0, { counts: { ...noCounts(), sent: 3 } }), 0);
  expect(timeline.latest()).toBeNull();
  timeline.add(interval(0, { counts: { ...noCounts(), sent: 4 } }), 1);
  expect(timeline.latest()).toMatchObject({ atMs: 0, offeredFps: 7, sessions: 8, pacedFps: 10, p99Ms: null });
  // A flush within a second adds to it; the state is the newest.
  timeline.add(interval(1, { openSessions: 2, pacedFps: 20 }), 0);
  timeline.add(interval(1), 1);
  timeline.add(interval(1, { openSessions: 1, pacedFps: 10, counts: { ...noCounts(), pass: 5 } }), 0);
  expect(timeline.seconds().at(-1)).toMatchObject({ atMs: 1000, sessions: 5, answeredFps: 5 });
});

test('Jain’s index', () => {
  expect(jainIndex([5, 5, 5, 5])).toBe(1);
  expect(jainIndex([20, 0, 0, 0])).toBe(0.25);
  expect(jainIndex([])).toBe(1);
});

test('the progress line is rewritten on a terminal, and now and then written elsewhere', () => {
  const second = (atMs: number) => ({
    atMs,
    sessions: 2,
    offeredFps: 20,
    answeredFps: 19,
    pass: 19,
    adjust: 0,
    skipped: 1,
    errors: 0,
    p50Ms: 8,
    p95Ms: null,
    p99Ms: 21,
    pacedFps: 10,
  });
  const tally = createTally();
  expect(progressText(second(3000), tally)).toMatch(/3 s .*2 sessions.*20\/s.*19\/s.*p50\s+8 p99\s+21 ms/);
  for (const isTTY of [true, false]) {
    const written: string[] = [];
    const line = createProgressLine({ isTTY, write: (text) => written.push(text) });
    for (let atMs = 0; atMs < 10_000; atMs += 1000) line.show(second(atMs), tally);
    expect(written.filter((text) => text.includes('sessions'))).toHaveLength(isTTY ? 10 : 2);
    expect(written.join('').split('\n')).toHaveLength(isTTY ? 1 : 3);
  }
});
