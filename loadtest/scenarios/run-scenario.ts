import type { Cluster } from '../cluster/types.ts';
import { buildReport } from '../generator/build-report.ts';
import { type LoadRun, startLoadRun } from '../generator/load-run.ts';
import type { PictureLibrary } from '../generator/pictures.ts';
import type { ProgressLine } from '../generator/progress-line.ts';
import type { ProcessProfiler } from '../profile/process-profiler.ts';
import type { ProfileSummary } from '../profile/profile-summary.ts';
import type { LoadReport } from '../report/load-report.ts';
import { createProcessSampler } from '../report/process-sampler.ts';
import { findCapacity } from './find-capacity.ts';
import { saturate } from './saturate.ts';
import type { Scenario, ScenarioContext, ScenarioOptions, ScenarioOutcome } from './scenario.ts';

export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly options: ScenarioOptions;
  readonly library: PictureLibrary;
  /** null with --url. */
  readonly cluster: Cluster | null;
  readonly profiler: ProcessProfiler | null;
  /** For the profiler's own files. */
  readonly folder: string;
  readonly progress: ProgressLine;
  readonly signal: AbortSignal;
}

const SAMPLE_EVERY_MS = 1000;

/** Puts the scenario's question, watches the processes meanwhile, and writes down what came of it. */
export async function runScenario(order: ScenarioRun): Promise<LoadReport> {
  const { scenario, options, library, cluster, profiler, folder, progress, signal } = order;
  const urls = cluster?.edgeUrls ?? options.urls;
  const startedAt = new Date().toISOString();
  const onSecond = progress.show;
  let capacityFps = options.capacityFps;
  let profile: Promise<ProfileSummary[]> | null = null;
  const run: LoadRun = startLoadRun({
    threads: options.threads,
    library,
    signal,
    onSecond,
    onMeasuring(state) {
      if (state === 'begins') profiler?.start();
      else if (profiler !== null) profile ??= profiler.stop(answeredBy(run), folder);
    },
  });
  const sampler = createProcessSampler(
    () => [...(cluster?.processes ?? []), { name: 'generator', pid: process.pid }],
    SAMPLE_EVERY_MS,
    { say: progress.say, now: run.nowMs },
  );
  const context: ScenarioContext = {
    options,
    run,
    cluster,
    urls,
    pictureNames: Object.keys(library),
    say: progress.say,
    async capacityFps() {
      capacityFps ??= await saturate({ urls, library, signal, onSecond });
      return capacityFps;
    },
  };
  try {
    sampler.start();
    const outcome = await untilInterrupted(context, options.findCapacity ? findCapacity : scenario.run);
    const { measured, figures } = outcome;
    const report = buildReport({
      scenario: options.findCapacity ? 'find-capacity' : scenario.name,
      options: plainOptions(options),
      startedAt,
      run,
      measured,
      processes: sampler.stop(measured.fromMs),
      figures,
    });
    return profile === null ? report : { ...report, profile: await profile };
  } finally {
    sampler.stop();
    await run.close();
  }
}

function answeredBy({ measured: { counts } }: LoadRun): number {
  return counts.pass + counts.adjust;
}

/** What an interrupted scenario may still wait for: after that, what was measured is all there is. */
const LAST_WORDS_MS = 3000;

/**
 * An interrupt ends all pauses of a scenario, which then comes to its end by itself. One that has not begun to measure,
 * or hangs all the same, is left behind.
 */
async function untilInterrupted(
  context: ScenarioContext,
  scenario: Scenario['run'],
): Promise<ScenarioOutcome> {
  const { run } = context;
  const interrupted = new Promise<ScenarioOutcome>((resolve) => {
    const giveUp = async () => resolve({ measured: await run.soFar(), figures: {} });
    run.signal.addEventListener('abort', () => {
      if (run.isMeasuring) setTimeout(() => void giveUp(), LAST_WORDS_MS).unref();
      else void giveUp();
    });
  });
  return Promise.race([interrupted, scenario(context)]);
}

/** As the report writes them down: what is null or a list becomes text or goes. */
function plainOptions(options: ScenarioOptions): LoadReport['options'] {
  const entries = Object.entries(options).flatMap(([name, value]) => {
    if (value === null) return [];
    return [[name, Array.isArray(value) ? value.join(' ') : (value as string | number | boolean)] as const];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}
