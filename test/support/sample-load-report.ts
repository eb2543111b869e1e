import type { LoadReport, Percentiles, ProcessSeries } from '../../loadtest/report/load-report.ts';
import { slopeOf } from '../../loadtest/report/resident-slope.ts';
import { seededRandom } from '../../src/synthetic/seeded-noise.ts';

const MIB = 2 ** 20;

/** What an overload of a node could look like, the same each time. */
export function sampleLoadReport(seconds = 75): LoadReport {
  const random = seededRandom(7);
  const noise = () => random() + random() - 1;
  const timeline = Array.from({ length: seconds }, (_, second) => {
    const load = Math.min(1, second / 10);
    const overload = second > 30 && second < 45 ? 2.2 : 1;
    const offeredFps =
      210 * load * (second > 38 ? Math.max(1, 2.2 - (second - 38) * 0.3) : overload) + 6 * noise();
    const answeredFps = Math.min(offeredFps, 290 + 8 * noise());
    const errors = second === 33 ? 14 : 0;
    const p50Ms = second === 0 ? null : 14 + 30 * Math.max(0, offeredFps / 290 - 0.9) + 1.5 * noise();
    return {
      atMs: second * 1000,
      sessions: Math.round(64 * load),
      offeredFps,
      answeredFps,
      pass: answeredFps * 0.6,
      adjust: answeredFps * 0.4,
      skipped: Math.max(0, offeredFps - answeredFps - errors),
      errors,
      p50Ms,
      p95Ms: p50Ms === null ? null : p50Ms * (2 + 0.2 * noise()),
      p99Ms: p50Ms === null ? null : p50Ms * (3.1 + 0.8 * noise()),
      pacedFps: second > 33 ? Math.max(4.2, 10 - (second - 33)) : 10,
    };
  });
  const percentiles = (p50: number, count = 15_000): Percentiles => ({
    count,
    p50,
    p90: p50 * 1.8,
    p99: p50 * 3.2,
    p999: p50 * 5,
    max: p50 * 7.7,
    mean: p50 * 1.2,
  });
  const series = (name: string, mebibytes: number, cores: number, leakPerS: number): ProcessSeries => {
    let heap = 0;
    const samples = timeline.map(({ atMs }, second) => {
      heap = heap > mebibytes / 12 ? 0 : heap + (mebibytes / 100) * random();
      const warm = mebibytes * (0.8 + 0.2 * (1 - Math.exp(-second / 5)));
      return {
        atMs,
        cpuCores: Math.max(0.001, cores * Math.min(1, second / 10) + 0.05 * cores * noise()),
        residentBytes: Math.round((warm + heap + leakPerS * second) * MIB),
        handles: 40 + Math.round(64 * Math.min(1, second / 10)),
      };
    });
    const measuredFromMs = 20_000;
    const slope = slopeOf(
      samples
        .filter(({ atMs }) => atMs >= measuredFromMs)
        .map(({ atMs, residentBytes }) => ({ atMs, value: residentBytes })),
    );
    return {
      name,
      samples,
      residentSlopeBytesPerMinute: slope.perMinute,
      residentSlopeStandardError: slope.standardError,
      measuredFromMs,
    };
  };
  return {
    scenario: 'overload',
    options: {
      sessions: 64,
      fps: 10,
      seconds,
      mix: true,
      frames: 'rendered <512×384> & real',
      url: 'own cluster',
    },
    startedAt: '2025-11-20T19:30:00.000Z',
    machine: { cores: 2, memoryBytes: 8 * 1024 * MIB, node: 'v22.23.3' },
    durationMs: seconds * 1000,
    totals: {
      sessions: 64,
      sent: 18_412,
      answered: 16_120,
      pass: 9_672,
      adjust: 6_448,
      skipped: 2_278,
      errors: 14,
      heldBack: 29_310,
      captured: 31,
      results: 31,
      reconnects: 2,
      resumed: 2,
    },
    latencyMs: percentiles(22.4),
    overheadMs: percentiles(1.32),
    welcomeMs: percentiles(4.1, 64),
    capturedMs: percentiles(18, 31),
    resultMs: percentiles(210, 31),
    stagesMs: {
      queue: percentiles(9.1),
      decode: percentiles(1.05),
      infer: percentiles(3.4),
      total: percentiles(14.2),
    },
    fairness: 0.987,
    timeline,
    processes: [
      series('edge-1', 402, 1.45, 0),
      series('worker-1', 310, 0.18, 0.35),
      series('sink-1', 118, 0.02, 0),
      series('nats', 41, 0.04, 0),
      series('redis', 9, 0.01, 0),
      series('clickhouse', 740, 0.11, 0),
    ],
    generatorCores: 0.14,
    figures: {
      p99Ms: { value: 212, unit: 'ms', goal: 250 },
      fairness: { value: 0.987, unit: 'index', goal: 0.97 },
      paceLowersWithinS: { value: 6.2, unit: 's', goal: 5 },
      residentGrowthMiBPerMinute: { value: 0.42, unit: 'MiB/min', goal: null },
    },
  };
}
