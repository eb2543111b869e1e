import type { LoadRun } from '../generator/load-run.ts';
import { percentilesOf } from '../report/percentiles.ts';
import { CALM_CONNECTS_PER_SECOND, figure, type ScenarioContext, type ScenarioOutcome } from './scenario.ts';
import { plainPlans } from './session-plans.ts';

export interface Trial {
  readonly wishedFps: number;
  readonly answeredFps: number;
  readonly p99Ms: number;
  readonly skippedShare: number;
}

export interface CapacityTarget {
  readonly p99Ms: number;
}

const MOST_SKIPPED = 0.01;
/** Pace would make any wish meet the target; what it takes away was not done. */
const LEAST_ANSWERED = 0.95;
/** The search ends when the highest that meets and the lowest that fails are this near. */
const PRECISION = 1.04;
const MOST_TRIALS = 14;

const WARM_UP_MS = 5000;
/** Paces follow a change within a second, and rise again by a half every three. */
const SETTLE_MS = 6000;
const TRIAL_MS = 6000;

export function meets(
  { wishedFps, answeredFps, p99Ms, skippedShare }: Trial,
  target: CapacityTarget,
): boolean {
  return p99Ms <= target.p99Ms && skippedShare <= MOST_SKIPPED && answeredFps >= LEAST_ANSWERED * wishedFps;
}

/**
 * The highest load that meets the target: doubled or halved until one trial meets and another does not, then the middle
 * between them again and again. null where none met it.
 */
export async function searchCapacity(
  firstFps: number,
  target: CapacityTarget,
  tryLoad: (wishedFps: number) => Promise<Trial | null>,
): Promise<Trial | null> {
  let best: Trial | null = null;
  let failedFps = Number.POSITIVE_INFINITY;
  let wishedFps = firstFps;
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const found = await tryLoad(wishedFps);
    if (found === null) break;
    if (meets(found, target)) best = found;
    else failedFps = wishedFps;
    if (best !== null && failedFps / best.wishedFps <= PRECISION) break;
    if (best === null) wishedFps = failedFps / 2;
    else
      wishedFps =
        failedFps === Number.POSITIVE_INFINITY ? best.wishedFps * 2 : Math.sqrt(best.wishedFps * failedFps);
  }
  return best;
}

/** With --find-capacity, in place of a scenario: all sessions wish the same, from trial to trial another rate. */
export async function findCapacity({ options, run, urls, say }: ScenarioContext): Promise<ScenarioOutcome> {
  const { sessions, fps, targetP99Ms } = options;
  await run.open(plainPlans({ sessions, fps, urls }), CALM_CONNECTS_PER_SECOND);
  await run.during(WARM_UP_MS);
  await run.beginMeasuring();
  const found = await searchCapacity(sessions * fps, { p99Ms: targetP99Ms }, async (wishedFps) => {
    const trial = await tryLoad(run, wishedFps, sessions);
    if (run.signal.aborted) return null;
    say(
      `${wishedFps.toFixed(0)} frames/s wished: ${trial.answeredFps.toFixed(0)} answered, ` +
        `p99 ${trial.p99Ms.toFixed(0)} ms, skipped ${(100 * trial.skippedShare).toFixed(1)} %` +
        `${meets(trial, { p99Ms: targetP99Ms }) ? '' : ': too much'}`,
    );
    return trial;
  });
  const measured = await run.endMeasuring();
  if (found === null) say('no load met the target');
  return {
    measured,
    figures: {
      capacityFps: figure(found?.answeredFps ?? 0, 'frames/s'),
      p99AtCapacityMs: figure(found?.p99Ms ?? 0, 'ms', targetP99Ms),
    },
  };
}

async function tryLoad(run: LoadRun, wishedFps: number, sessions: number): Promise<Trial> {
  await run.setFps(wishedFps / sessions);
  await run.during(SETTLE_MS);
  const beganAtMs = run.nowMs();
  const tally = await run.during(TRIAL_MS);
  const seconds = (run.nowMs() - beganAtMs) / 1000;
  const { pass, adjust, skipped, sent } = tally.counts;
  return {
    wishedFps,
    answeredFps: (pass + adjust) / seconds,
    p99Ms: percentilesOf(tally.times('latency')).p99,
    skippedShare: skipped / Math.max(1, sent),
  };
}
