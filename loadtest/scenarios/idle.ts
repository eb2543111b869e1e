import type { Figure } from '../report/load-report.ts';
import { percentilesOf } from '../report/percentiles.ts';
import { readProcessUsage } from '../report/process-usage.ts';
import { figure, type Scenario } from './scenario.ts';
import { plainPlans } from './session-plans.ts';

const CONNECTS_PER_SECOND = 500;
const MIB = 2 ** 20;

export const idle: Scenario = {
  name: 'idle',
  question: 'What does a session cost that is open and silent?',
  defaults: { sessions: 10_000, fps: 0, seconds: 15 },
  needs: { workers: 0, sinks: 0, clickHouse: false },
  async run({ options, run, urls, cluster, say }) {
    const residentBytes = () => {
      const edges = cluster?.of('edge') ?? [];
      return edges.reduce(
        (sum, { pid }) => sum + (pid === null ? 0 : (readProcessUsage(pid)?.residentBytes ?? 0)),
        0,
      );
    };
    const baseBytes = residentBytes();
    await run.beginMeasuring();
    await run.open(plainPlans({ sessions: options.sessions, fps: 0, urls }), CONNECTS_PER_SECOND);
    const openBytes = residentBytes();
    await run.flush();
    say(`${run.openSessions} sessions open`);
    const calm = await run.during(options.seconds * 1000);
    const restingBytes = residentBytes();
    const measured = await run.endMeasuring();
    const overBase = Math.max(openBytes, restingBytes) - baseBytes;
    const memory: Record<string, Figure> =
      baseBytes === 0
        ? {}
        : {
            baseMiB: figure(baseBytes / MIB, 'MiB'),
            residentOverBaseMiB: figure(overBase / MIB, 'MiB', 400),
            residentPerSessionKiB: figure(overBase / 1024 / options.sessions, 'KiB'),
          };
    return {
      measured,
      figures: {
        ...memory,
        openSessions: figure(run.openSessions, 'sessions', options.sessions, 'at least'),
        welcomeP99Ms: figure(percentilesOf(measured.tally.times('welcome')).p99, 'ms', 1000),
        lostWhileIdle: figure(
          Object.values(calm.closes).reduce((sum, count) => sum + count, 0),
          'connections',
          0,
        ),
      },
    };
  },
};
