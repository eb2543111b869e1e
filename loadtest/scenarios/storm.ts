import type { LoadRun } from '../generator/load-run.ts';
import { pausedOrEnded } from '../generator/load-run.ts';
import type { Figure } from '../report/load-report.ts';
import { percentilesOf } from '../report/percentiles.ts';
import { figure, type Scenario } from './scenario.ts';
import { plainPlans } from './session-plans.ts';

const CONNECTS_PER_SECOND = 500;
const CALM_MS = 3000;
/** Sessions can be resumed for two minutes. */
const GIVE_UP_MS = 130_000;
const LOOK_EVERY_MS = 200;

export const storm: Scenario = {
  name: 'storm',
  question: 'How soon is everybody welcome when all come at once, and again after the node was started anew?',
  defaults: { sessions: 2000, fps: 0, seconds: 10 },
  needs: { workers: 0, sinks: 0, clickHouse: false },
  async run({ options, run, urls, cluster, say }) {
    await run.beginMeasuring();
    const beganAtMs = run.nowMs();
    await run.open(plainPlans({ sessions: options.sessions, fps: options.fps, urls }), CONNECTS_PER_SECOND);
    const openedInSeconds = (run.nowMs() - beganAtMs) / 1000;
    await run.flush();
    say(`${run.openSessions} sessions open after ${openedInSeconds.toFixed(1)} s`);
    await run.during(Math.min(CALM_MS, options.seconds * 1000));

    const resumed: Record<string, Figure> = {};
    const edge = cluster?.of('edge')[0];
    if (edge === undefined) say('no cluster of its own: nothing is restarted');
    else if (!run.signal.aborted) {
      const resumedBefore = run.all.counts.resumed;
      say(`${options.restart === 'kill' ? 'killing' : 'terminating'} ${edge.name}`);
      const endingAtMs = run.nowMs();
      await (options.restart === 'kill' ? edge.kill() : edge.terminate());
      const goneAtMs = run.nowMs();
      await edge.start();
      const readyAtMs = run.nowMs();
      await allOpen(run, options.sessions);
      const doneAtMs = run.nowMs();
      resumed.secondsToEnd = figure((goneAtMs - endingAtMs) / 1000, 's');
      resumed.secondsToStart = figure((readyAtMs - goneAtMs) / 1000, 's');
      resumed.secondsToResumeAll = figure((doneAtMs - readyAtMs) / 1000, 's');
      resumed.resumedShare = figure((run.all.counts.resumed - resumedBefore) / options.sessions, 'ratio', 1);
      resumed.resumeP99Ms = figure(percentilesOf(run.all.times('resume')).p99, 'ms');
    }
    const measured = await run.endMeasuring();
    return {
      measured,
      figures: {
        welcomeP99Ms: figure(percentilesOf(measured.tally.times('welcome')).p99, 'ms', 1000),
        connectsPerSecond: figure(options.sessions / openedInSeconds, 'connects/s'),
        connectFailures: figure(measured.tally.counts.connectFailures, 'attempts'),
        ...resumed,
      },
    };
  },
};

async function allOpen(run: LoadRun, sessions: number): Promise<void> {
  const giveUpAtMs = run.nowMs() + GIVE_UP_MS;
  do {
    await pausedOrEnded(LOOK_EVERY_MS, run.signal);
    await run.flush();
  } while (run.openSessions < sessions && run.nowMs() < giveUpAtMs && !run.signal.aborted);
}
