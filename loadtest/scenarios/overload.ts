import { jainIndex } from '../generator/fairness.ts';
import type { LoadSecond } from '../report/load-report.ts';
import { percentilesOf } from '../report/percentiles.ts';
import { CALM_CONNECTS_PER_SECOND, figure, type Scenario } from './scenario.ts';
import { plainPlans } from './session-plans.ts';

const OVERLOAD = 2;
/** What everybody wishes before the step, as a share of what the node can do. */
const BEFORE = 0.3;
/** Paces have risen by then as far as they will: a half every three seconds. */
const SETTLE_MS = 15_000;
/** No pace is below 2 frames a second: with more sessions than this leaves room for, nobody could be slowed any more. */
const LEAST_SHARE_FPS = 5;
/** The offered rate has come down when it is not above this share of the capacity. */
const TAMED = 1.1;

/**
 * All clients wish, together and for all of the time, twice what the node can do: they begin at once after a time of
 * little, when the node allows each its full rate. They obey pace and credit, as clients do.
 */
export const overload: Scenario = {
  name: 'overload',
  question: 'Do answers stay quick and shares even when twice as much is wished as the node can do?',
  defaults: { sessions: 48, fps: 0, seconds: 60 },
  needs: { workers: 0, sinks: 0, clickHouse: false },
  async run({ options, run, urls, capacityFps, say }) {
    const capacity = await capacityFps();
    const sessions = Math.max(2, Math.min(options.sessions, Math.floor(capacity / LEAST_SHARE_FPS)));
    const wishFps = (OVERLOAD * capacity) / sessions;
    say(
      `capacity ${capacity.toFixed(0)} frames/s; ${sessions} sessions that wish ${wishFps.toFixed(1)} frames/s each`,
    );
    const before = (BEFORE * capacity) / sessions;
    await run.open(plainPlans({ sessions, fps: before, urls }), CALM_CONNECTS_PER_SECOND);
    await run.during(SETTLE_MS);
    await run.beginMeasuring();
    await run.setFps(wishFps);
    await run.during(options.seconds * 1000);
    const measured = await run.endMeasuring();
    const { tally } = measured;
    const latency = percentilesOf(tally.times('latency'));
    const shares = run.streaming.map((index) => tally.answered.get(index) ?? 0);
    const answeredFps =
      shares.reduce((sum, share) => sum + share, 0) / ((measured.untilMs - measured.fromMs) / 1000);
    return {
      measured,
      figures: {
        capacityFps: figure(capacity, 'frames/s'),
        answeredFps: figure(answeredFps, 'frames/s'),
        overloadP99Ms: figure(latency.p99, 'ms', 250),
        overloadFairness: figure(jainIndex(shares), 'ratio', 0.97),
        secondsUntilPaced: figure(
          secondsUntilTamed(run.seconds(), measured.fromMs, TAMED * capacity),
          's',
          5,
        ),
        skippedShare: figure(tally.counts.skipped / Math.max(1, tally.counts.sent), 'ratio'),
      },
    };
  },
};

/**
 * From the step on, until the offered rate falls below and never rises above `limitFps` again, by whole seconds; the
 * second of the step counts as much as it belongs to the time behind it.
 */
export function secondsUntilTamed(
  seconds: readonly Pick<LoadSecond, 'atMs' | 'offeredFps'>[],
  stepAtMs: number,
  limitFps: number,
): number {
  const above = seconds.filter(({ atMs, offeredFps }) => atMs + 1000 > stepAtMs && offeredFps > limitFps);
  const last = above.at(-1);
  return last === undefined ? 0 : (last.atMs + 1000 - stepAtMs) / 1000;
}
