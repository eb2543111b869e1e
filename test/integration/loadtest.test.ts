import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Counts } from '../../loadtest/generator/counts.ts';
import { type LoadRun, startLoadRun } from '../../loadtest/generator/load-run.ts';
import { PLAIN_PLAN, type SessionPlan } from '../../loadtest/generator/session-plan.ts';
import { type EdgeFixture, startEdges } from '../support/edge-fixture.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import { redisServerMissing } from '../support/redis-server.ts';
import { renderedFrames } from '../support/rendered-frames.ts';

const missing = natsServerMissing ?? redisServerMissing;

describe.skipIf(missing !== null)(
  `the load generator against a real edge${missing === null ? '' : `: ${missing}`}`,
  () => {
    const SESSIONS = 4;
    let edge: EdgeFixture;
    let run: LoadRun;

    const plan = (index: number): SessionPlan => ({
      ...PLAIN_PLAN,
      index,
      url: edge.url,
      pictures: 'faces',
      fps: 20,
    });

    beforeAll(async () => {
      // A pace that is far below the wish, whatever the machine can do.
      edge = await startEdges({ FRAMEGATE_THREADS: '1', FRAMEGATE_MAX_FPS: '5' });
      const pictures = (await renderedFrames(2)).map((frame) => ({ ...frame, format: 'jpeg' as const }));
      run = startLoadRun({
        threads: 2,
        library: { faces: { rungs: [{ maxEdge: 512, quality: 80, pictures }] } },
        signal: new AbortController().signal,
      });
    });

    afterAll(async () => {
      await run?.close();
      await edge?.close();
    });

    const ended = ({ pass, adjust, skipped, errors }: Counts) => pass + adjust + skipped + errors;

    test('obeys the pace, and its counts add up', async () => {
      await run.open([0, 1, 2, 3].map(plan), 100);
      const beganAtMs = run.nowMs();
      await run.beginMeasuring();
      await run.during(2000);
      const { tally, untilMs } = await run.endMeasuring();
      const seconds = (untilMs - beganAtMs) / 1000;
      expect(tally.counts.sent).toBeGreaterThan(0);
      expect(tally.counts.sent).toBeLessThanOrEqual(SESSIONS * (5 * seconds + 2));
      expect(tally.counts.heldBack).toBeGreaterThan(tally.counts.sent);
      expect(run.all.counts.errors + run.all.counts.broken).toBe(0);
      expect(run.all.counts.sent).toBe(ended(run.all.counts) + run.unanswered);
      expect(tally.times('latency').totalCount).toBe(tally.counts.pass + tally.counts.adjust);
    });

    test('resumes after a cut, and goes on', async () => {
      await run.cut([0, 1]);
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = async () => {
        await run.flush();
        if (run.all.counts.resumed === 2) resolve();
        else setTimeout(() => void look(), 20);
      };
      await Promise.all([look(), promise]);
      expect(run.all.counts).toMatchObject({ reconnects: 2, resumed: 2, welcomes: SESSIONS + 2 });
      const before = ended(run.all.counts);
      await run.during(1000);
      expect(ended(run.all.counts)).toBeGreaterThan(before);
      expect(run.openSessions).toBe(SESSIONS);
      await run.setFps(0);
      await run.flush();
      expect(run.all.counts.sent).toBe(ended(run.all.counts) + run.unanswered);
      expect(run.all.counts.broken).toBe(0);
    });
  },
);
