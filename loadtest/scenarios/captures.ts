import type { ProfileName } from '../../src/protocol/checks.ts';
import { PROFILE_RESULT_KINDS } from '../../src/protocol/result-kinds.ts';
import { createStore } from '../../src/store/client.ts';
import { type LoadRun, pausedOrEnded } from '../generator/load-run.ts';
import { percentilesOf } from '../report/percentiles.ts';
import { CALM_CONNECTS_PER_SECOND, figure, type Scenario } from './scenario.ts';
import { plainPlans } from './session-plans.ts';

const PROFILE = 'face-skin' satisfies ProfileName;
const RESULTS_EACH = PROFILE_RESULT_KINDS[PROFILE].length;
const CAPTURES_PER_SECOND = 4;
/** What is under way when the time is over still comes. */
const GIVE_UP_MS = 30_000;
const LOOK_EVERY_MS = 200;

export const captures: Scenario = {
  name: 'captures',
  question: 'How long does a still take to be captured, to be analysed and to be a row?',
  defaults: { sessions: 24, fps: 4, seconds: 30 },
  needs: { workers: 1, sinks: 1, clickHouse: true },
  async run({ options, run, urls, cluster, say }) {
    const everyMs = (options.sessions * 1000) / CAPTURES_PER_SECOND;
    const plans = plainPlans({ sessions: options.sessions, fps: options.fps, urls }).map((plan) => ({
      ...plan,
      profile: `${PROFILE}:relaxed`,
      pictures: plan.index % 2 === 0 ? 'aside' : 'swaying',
      capture: {
        everyMs,
        afterMs: 2000 + (plan.index * everyMs) / options.sessions,
        by: plan.index % 2 === 0 ? ('dwell' as const) : ('button' as const),
      },
    }));
    await run.open(plans, CALM_CONNECTS_PER_SECOND);
    await run.beginMeasuring();
    await run.during(options.seconds * 1000);
    const measured = await run.endMeasuring();
    // Nobody goes on, so that what is counted in both places can be the same.
    await run.setFps(0);
    await until(run, () => run.all.counts.results >= RESULTS_EACH * run.all.counts.captured);
    const { captured, results } = run.all.counts;
    const rows = cluster?.clickHouseUrl ? await rowsOf(run, cluster.clickHouseUrl, captured) : null;
    if (rows === null) say('rows are not counted: there is no ClickHouse of this run');
    const seconds = (measured.untilMs - measured.fromMs) / 1000;
    return {
      measured,
      figures: {
        capturesPerSecond: figure(measured.tally.counts.captured / seconds, 'captures/s'),
        capturedP95Ms: figure(measured.tally.times('captured').getValueAtPercentile(95) / 1000, 'ms'),
        resultP95Ms: figure(measured.tally.times('result').getValueAtPercentile(95) / 1000, 'ms'),
        resultP99Ms: figure(percentilesOf(measured.tally.times('result')).p99, 'ms'),
        captured: figure(captured, 'captures'),
        resultsMissing: figure(RESULTS_EACH * captured - results, 'results', 0),
        toldTwice: figure(run.all.counts.broken, 'messages', 0),
        ...(rows !== null && {
          rowsMissing: figure(captured - rows.captures, 'captures', 0),
          resultRowsMissing: figure(RESULTS_EACH * captured - rows.results, 'results', 0),
        }),
      },
    };
  },
};

async function until(run: LoadRun, isDone: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAtMs = run.nowMs() + GIVE_UP_MS;
  await run.flush();
  while (!(await isDone()) && run.nowMs() < giveUpAtMs && !run.signal.aborted) {
    await pausedOrEnded(LOOK_EVERY_MS, run.signal);
    await run.flush();
  }
}

/** Waits until as many are there as the clients were told of. */
async function rowsOf(run: LoadRun, url: string, captured: number) {
  const store = createStore({ url });
  let found = { captures: 0, results: 0 };
  const count = async (table: string, key: string) => {
    const [row] = await store.query<{ n: string }>(`SELECT count(DISTINCT ${key}) AS n FROM ${table}`);
    return Number(row?.n ?? 0);
  };
  try {
    await until(run, async () => {
      found = {
        captures: await count('captures', 'capture_id'),
        results: await count('results', 'capture_id, kind'),
      };
      return found.captures >= captured && found.results >= RESULTS_EACH * captured;
    });
    return found;
  } finally {
    await store.close();
  }
}
