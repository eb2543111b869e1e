import { describe, expect, test } from 'vitest';
import type { ProfileSummary } from '../../loadtest/profile/profile-summary.ts';
import { goalSide, isGoalMet } from '../../loadtest/report/figure-goal.ts';
import type { LoadReport } from '../../loadtest/report/load-report.ts';
import { durationText, numberText, spokenName } from '../../loadtest/report/number-text.ts';
import { renderReportPage } from '../../loadtest/report/page/report-page.ts';
import {
  createTimeHistogram,
  encodeHistogram,
  mergeHistograms,
  percentileMs,
  percentilesOf,
  recordMs,
} from '../../loadtest/report/percentiles.ts';
import { linePath } from '../../loadtest/report/plots/line-plot.ts';
import { niceTicks, timeTicks, timeTickText } from '../../loadtest/report/plots/scale.ts';
import { spreadLabels } from '../../loadtest/report/plots/spread-labels.ts';
import { thinPoints } from '../../loadtest/report/plots/thin-points.ts';
import { formatSummary } from '../../loadtest/report/summary-lines.ts';
import { sampleLoadReport } from '../support/sample-load-report.ts';

describe('percentiles', () => {
  test('histograms of threads are merged: percentiles are those of all times', () => {
    const [fast, slow] = [createTimeHistogram(), createTimeHistogram()];
    for (let i = 1; i <= 90; i++) recordMs(fast, i / 10);
    for (let i = 1; i <= 10; i++) recordMs(slow, 1000 + i);
    const merged = percentilesOf(mergeHistograms([encodeHistogram(fast), encodeHistogram(slow)]));
    expect(merged.count).toBe(100);
    expect(merged.p50).toBeCloseTo(5, 1);
    expect(merged.p90).toBeCloseTo(9, 1);
    expect(Math.abs(merged.p99 - 1009)).toBeLessThan(2);
    expect(Math.abs(merged.max - 1010)).toBeLessThan(2);
  });

  test('nothing counted is no time, and what is out of range is counted at its end', () => {
    const histogram = createTimeHistogram();
    expect(percentilesOf(histogram)).toMatchObject({ count: 0, p99: 0 });
    expect(percentileMs(histogram, 50)).toBeNull();
    recordMs(histogram, -1);
    recordMs(histogram, 1e12);
    expect(percentilesOf(histogram).count).toBe(2);
  });
});

describe('goals and texts', () => {
  test('more is better of a ratio, an index and a rate, less of all else, unless it is said', () => {
    expect(isGoalMet({ value: 0.8, unit: 'ratio', goal: 0.9 })).toBe(false);
    expect(isGoalMet({ value: 120, unit: 'frames/s', goal: 100 })).toBe(true);
    expect(isGoalMet({ value: 212, unit: 'ms', goal: 250 })).toBe(true);
    expect(isGoalMet({ value: 0.2, unit: 'ratio', goal: 0.1, goalIs: 'at most' })).toBe(false);
    expect(isGoalMet({ value: 1, unit: 'ms', goal: null })).toBeNull();
    expect(goalSide({ value: 0, unit: 'captures', goal: 0 })).toBe('at most');
  });

  test('numbers keep three digits, names are spoken without the unit', () => {
    expect([0.01234, 4.567, 812.4, 12_345, -0.5, 0].map(numberText)).toEqual([
      '0.0123',
      '4.57',
      '812',
      '12,345',
      '−0.5',
      '0',
    ]);
    expect(numberText(Number.NaN)).toBe('–');
    expect([8000, 1_800_000, 7_200_000].map(durationText)).toEqual(['8 s', '30 min', '2 h']);
    expect(['p99Ms', 'residentMiB16Sessions', 'paceLowersWithinS', 'latency p99'].map(spokenName)).toEqual([
      'p99',
      'resident MiB 16 sessions',
      'pace lowers within',
      'latency p99',
    ]);
  });
});

describe('parts of plots', () => {
  test('ticks are round, hold the range, and times are counted as people do', () => {
    expect(niceTicks(0, 113)).toEqual([0, 50, 100, 150]);
    expect(niceTicks(0, 0.9)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(300, 438)).toEqual([300, 350, 400, 450]);
    expect(niceTicks(0, 0)).toEqual([0, 1]);
    expect(timeTicks(75_000, 6)).toEqual([0, 15_000, 30_000, 45_000, 60_000, 75_000]);
    expect([30_000, 90_000].map((at) => timeTickText(at, 100_000))).toEqual(['30', '90']);
    expect(timeTickText(750_000, 1_800_000)).toBe('12:30');
  });

  test('labels that want one place stand below each other, in order, inside', () => {
    expect(spreadLabels([50, 52, 10], 14, [0, 100])).toEqual([50, 64, 10]);
    expect(spreadLabels([99, 100, 98], 14, [0, 100])).toEqual([86, 100, 72]);
  });

  test('thinning keeps every spike and every gap', () => {
    const points = Array.from({ length: 1000 }, (_, i) => ({
      atMs: i,
      value: i === 637 ? 99 : i > 900 ? null : 1,
    }));
    const thin = thinPoints(points, 100);
    expect(thin.length).toBeLessThanOrEqual(102);
    expect(thin.some(({ value }) => value === 99)).toBe(true);
    expect(thin.at(-1)!.value).toBeNull();
    const same = (value: number) => value;
    expect(
      linePath(
        [1, null, 3, 4].map((value, atMs) => ({ atMs, value })),
        same,
        same,
      ),
    ).toBe('M0 1h0M2 3h0L3 4');
  });
});

describe('report', () => {
  const call = { name: '(root)', place: '', nearestPlace: '', selfUs: 0, totalUs: 100, children: [] };
  const profile: ProfileSummary = {
    process: 'edge-1',
    durationMs: 1000,
    frames: 10,
    cpuUsPerFrame: 10,
    threads: [
      {
        name: 'main',
        threads: 1,
        cpuCores: 0.5,
        cpuUsPerFrame: 10,
        idleShare: 0.5,
        garbageShare: 0,
        nativeShare: 0,
        functions: [{ name: 'warp  src/vision/warp.ts:1', share: 1, usPerFrame: 10 }],
        areas: [{ name: 'src/vision/warp.ts', share: 1, usPerFrame: 10 }],
        tree: { ...call, children: [{ ...call, name: 'warp', place: 'src/vision/warp.ts:1', selfUs: 100 }] },
      },
    ],
    nativeThreads: [],
  };
  const report: LoadReport = { ...sampleLoadReport(20), profile: [profile] };
  const page = renderReportPage(report);

  test('the page needs nothing else: no address, no script, nothing broken in its numbers', () => {
    expect(page).not.toMatch(/https?:|<script|url\(|NaN|undefined|Infinity|null/);
    expect(page).toContain('&#60;512×384&#62; &#38; real');
  });

  test('it shows goals, each plot with a title and its data, every process, the profile', () => {
    expect(page.match(/✓ met/g)).toHaveLength(2);
    expect(page.match(/✗ missed/g)).toHaveLength(1);
    expect(page).toContain('2 of 3 goals met');
    for (const title of [
      'Latency',
      'Verdicts',
      'Offered',
      'Open sessions',
      'each stage',
      'Cores',
      'Calls of main',
    ])
      expect(page).toMatch(new RegExp(`<svg[^>]*role="img"[^>]*aria-label="[^"]*${title}`));
    for (const { name } of report.processes) expect(page).toContain(`Resident memory of ${name} over time`);
    expect(page).toContain('The generator itself took 0.14 of 2 cores');
  });

  test('a run without frames, processes and goals is a page too', () => {
    const none = { count: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0, mean: 0 };
    const empty = renderReportPage({
      ...sampleLoadReport(5),
      timeline: [],
      processes: [],
      figures: {},
      stagesMs: { queue: none },
      latencyMs: none,
    });
    expect(empty).not.toMatch(/NaN|undefined|Infinity/);
    expect(empty).toContain('No process was watched');
  });

  test('the terminal is told figures with goals, times, processes, the generator and the profile', () => {
    const lines = formatSummary(report).join('\n');
    expect(lines).toMatch(/✓ p99Ms +212 ms \(goal ≤ 250\)/);
    expect(lines).toMatch(/✗ paceLowersWithinS +6\.2 s \(goal ≤ 5, missed\)/);
    expect(lines).toMatch(/still → captured +31/);
    expect(lines).toMatch(/clickhouse +0\.\d\d/);
    expect(lines).toContain('the generator itself took 0.14 of 2 cores');
    expect(lines).toContain('warp  src/vision/warp.ts:1');
    expect(
      formatSummary(JSON.parse(JSON.stringify({ ...report, profile: [] })) as LoadReport).length,
    ).toBeGreaterThan(20);
  });
});
