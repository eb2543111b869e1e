import { availableParallelism, totalmem } from 'node:os';
import type { Figure, LoadReport, Percentiles, ProcessSeries } from '../report/load-report.ts';
import { percentilesOf } from '../report/percentiles.ts';
import type { TimeName } from './counts.ts';
import { jainIndex } from './fairness.ts';
import type { LoadRun, Measured } from './load-run.ts';

export interface ReportParts {
  readonly scenario: string;
  readonly options: LoadReport['options'];
  readonly startedAt: string;
  readonly run: Pick<LoadRun, 'seconds' | 'sessions' | 'streaming'>;
  readonly measured: Measured;
  readonly processes: readonly ProcessSeries[];
  readonly figures: Readonly<Record<string, Figure>>;
}

const STAGES = ['queue', 'decode', 'infer', 'total'] as const;

/** What is written down of a run. */
export function buildReport(parts: ReportParts): LoadReport {
  const { scenario, options, startedAt, run, measured, processes, figures } = parts;
  const { tally } = measured;
  const { counts } = tally;
  const durationMs = measured.untilMs - measured.fromMs;
  const percentiles = (name: TimeName): Percentiles => percentilesOf(tally.times(name));
  const orNull = (name: TimeName): Percentiles | null => {
    const found = percentiles(name);
    return found.count === 0 ? null : found;
  };
  return {
    scenario,
    options,
    startedAt,
    machine: { cores: availableParallelism(), memoryBytes: totalmem(), node: process.version },
    durationMs,
    totals: {
      sessions: run.sessions,
      sent: counts.sent,
      answered: counts.pass + counts.adjust,
      pass: counts.pass,
      adjust: counts.adjust,
      skipped: counts.skipped,
      errors: counts.errors,
      heldBack: counts.heldBack,
      captured: counts.captured,
      results: counts.results,
      reconnects: counts.reconnects,
      resumed: counts.resumed,
    },
    latencyMs: percentiles('latency'),
    overheadMs: percentiles('overhead'),
    welcomeMs: orNull('welcome'),
    capturedMs: orNull('captured'),
    resultMs: orNull('result'),
    stagesMs: Object.fromEntries(STAGES.map((stage) => [stage, percentiles(stage)])),
    fairness: jainIndex(run.streaming.map((index) => tally.answered.get(index) ?? 0)),
    timeline: run.seconds(),
    processes,
    generatorCores: durationMs === 0 ? 0 : (tally.cpuSeconds * 1000) / durationMs,
    figures,
  };
}
