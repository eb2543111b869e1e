import { CALM_CONNECTS_PER_SECOND, figure, type Scenario, type ScenarioContext } from './scenario.ts';
import { mixedPlans, plainPlans } from './session-plans.ts';

/** A node that has just started runs code that no compiler has optimised yet. */
const WARM_UP_MS = 5000;

export const steady: Scenario = {
  name: 'steady',
  question: 'How soon are frames answered under an even load?',
  defaults: { sessions: 16, fps: 10, seconds: 30 },
  needs: { workers: 0, sinks: 0, clickHouse: false },
  async run(context) {
    const { options, run } = context;
    await openStreams(context);
    await run.during(WARM_UP_MS);
    await run.beginMeasuring();
    await run.during(options.seconds * 1000);
    const measured = await run.endMeasuring();
    const { counts } = measured.tally;
    const answered = counts.pass + counts.adjust;
    const seconds = (measured.untilMs - measured.fromMs) / 1000;
    return {
      measured,
      figures: {
        answeredFps: figure(answered / seconds, 'frames/s'),
        skippedShare: figure(counts.sent === 0 ? 0 : counts.skipped / counts.sent, 'ratio', 0.01, 'at most'),
      },
    };
  },
};

/** All sessions at once, or one after the other over a third of the time. */
export async function openStreams({ options, run, urls, pictureNames }: ScenarioContext): Promise<void> {
  const { sessions, fps, seconds } = options;
  const plans = options.mix
    ? mixedPlans({ sessions, fps, urls }, pictureNames)
    : plainPlans({ sessions, fps, urls });
  await run.open(plans, options.ramp ? sessions / (seconds / 3) : CALM_CONNECTS_PER_SECOND);
}
