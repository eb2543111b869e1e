import { percentilesOf } from '../report/percentiles.ts';
import { readProcessUsage } from '../report/process-usage.ts';
import { CALM_CONNECTS_PER_SECOND, figure, type Scenario, type ScenarioContext } from './scenario.ts';
import { plainPlans } from './session-plans.ts';

const BEFORE_MS = 10_000;
/** Few, so that their frames are no load that the others would feel for itself. */
const DEAF = 4;
const SLOW = 4;
/**
 * Deaf clients hear of no answer and send all the same; as many as a node takes
 * that is not loaded, because loopback alone holds some 2.5 MB of answers before anything stands in the node.
 */
const DEAF_FPS = 28;
const MIB = 2 ** 20;

export const slowReaders: Scenario = {
  name: 'slow-readers',
  question: 'Do clients that do not read cost the others anything, and does the node get rid of them?',
  defaults: { sessions: 32, fps: 4, seconds: 120 },
  needs: { workers: 0, sinks: 0, clickHouse: false },
  async run(context) {
    const { options, run, urls, cluster } = context;
    const { sessions, fps } = options;
    const deaf = DEAF;
    const slow = SLOW;
    const pid = cluster?.of('edge')[0]?.pid ?? null;
    const residentBytes = () => (pid === null ? 0 : (readProcessUsage(pid)?.residentBytes ?? 0));
    const good = Math.max(1, sessions - deaf - slow);
    await run.open(plainPlans({ sessions: good, fps, urls }), CALM_CONNECTS_PER_SECOND);
    await run.during(BEFORE_MS / 2);
    const before = await run.during(BEFORE_MS);
    const beforeBytes = residentBytes();
    const closedBefore = await closedByNode(context);
    const others = plainPlans({ sessions: deaf + slow, fps: DEAF_FPS, urls, firstIndex: good }).map(
      (plan, index) => ({
        ...plan,
        reading: index < deaf ? ('nothing' as const) : ('slowly' as const),
        // Who reads late learns late that it may send.
        obeys: index >= deaf,
      }),
    );
    await run.open(others, CALM_CONNECTS_PER_SECOND);
    await run.beginMeasuring();
    await run.during(options.seconds * 1000);
    const measured = await run.endMeasuring();
    const closed = await closedByNode(context);
    const p99BeforeMs = percentilesOf(before.times('latency')).p99;
    const p99Ms = percentilesOf(measured.tally.times('latency')).p99;
    return {
      measured,
      figures: {
        othersP99BeforeMs: figure(p99BeforeMs, 'ms'),
        othersP99Ms: figure(p99Ms, 'ms', 250),
        ...(pid !== null && { residentGrowthMiB: figure((residentBytes() - beforeBytes) / MIB, 'MiB', 100) }),
        closedAsTooSlow: figure(closed.tooSlow - closedBefore.tooSlow, 'connections'),
        closedForBadMessages: figure(closed.badMessages - closedBefore.badMessages, 'connections'),
        deafClients: figure(deaf, 'clients'),
      },
    };
  },
};

/** As the node's own metrics tell it: a client that does not read never sees the code. */
async function closedByNode({ urls }: ScenarioContext): Promise<{ tooSlow: number; badMessages: number }> {
  const texts = await Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`)).text()));
  const count = (reason: string) =>
    texts.reduce((sum, text) => {
      const found = new RegExp(
        `framegate_sessions_closed_total\\{[^}]*reason="${reason}"[^}]*\\} (\\d+)`,
      ).exec(text);
      return sum + Number(found?.[1] ?? 0);
    }, 0);
  return { tooSlow: count('too-slow'), badMessages: count('bad-messages') };
}
