import { CALM_CONNECTS_PER_SECOND, figure, type Scenario } from './scenario.ts';
import { plainPlans } from './session-plans.ts';

const LOAD = 0.7;
/** Pools, caches and compiled code have grown by then as far as they do. */
const WARM_UP_MS = 60_000;

/** What it asks of memory is in the report's `processes`: each one's slope with its error. */
export const soak: Scenario = {
  name: 'soak',
  question: 'Does anything grow in a long time at most of what the node can do?',
  defaults: { sessions: 32, fps: 0, seconds: 1800 },
  needs: { workers: 1, sinks: 1, clickHouse: true },
  async run({ options, run, urls, capacityFps, say }) {
    const capacity = await capacityFps();
    const fps = (LOAD * capacity) / options.sessions;
    say(
      `capacity ${capacity.toFixed(0)} frames/s; ${options.sessions} sessions at ${fps.toFixed(1)} frames/s`,
    );
    // One in eight has itself captured now and then, so that worker and sink have something to do.
    const plans = plainPlans({ sessions: options.sessions, fps, urls }).map((plan) => ({
      ...plan,
      ...(plan.index % 8 === 0 && {
        profile: 'face-skin:relaxed',
        pictures: 'aside',
        capture: { everyMs: 20_000, afterMs: 5000 + plan.index * 500, by: 'dwell' as const },
      }),
    }));
    await run.open(plans, CALM_CONNECTS_PER_SECOND);
    await run.during(Math.min(WARM_UP_MS, options.seconds * 250));
    await run.beginMeasuring();
    await run.during(options.seconds * 1000);
    const measured = await run.endMeasuring();
    const { counts } = measured.tally;
    return {
      measured,
      figures: {
        capacityFps: figure(capacity, 'frames/s'),
        skippedShare: figure(counts.skipped / Math.max(1, counts.sent), 'ratio', 0.01, 'at most'),
        broken: figure(counts.broken + counts.errors, 'messages', 0),
      },
    };
  },
};
