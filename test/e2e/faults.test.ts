import { describe, expect, test } from 'vitest';
import { benchFrames } from '../../loadtest/bench/frames.ts';
import { PROCESS_FAULTS } from '../../loadtest/faults/kinds/process-faults.ts';
import { runFaults } from '../../loadtest/faults/run-faults.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import { redisServerMissing } from '../support/redis-server.ts';

const SEED = 4;
const KINDS = ['kill-nats', 'kill-edge', 'kill-clickhouse', 'kill-redis'];

/** The short form of `npm run faults`. How long guidance may pause is judged there: here a machine may be busy. */
describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `faults under live load ${natsServerMissing ?? redisServerMissing ?? ''}`,
  () => {
    test('lose and double no capture, break no sequence, and everything goes on after each', async () => {
      const lines: string[] = [];
      const report = await runFaults({
        kinds: PROCESS_FAULTS.filter(({ name }) => KINDS.includes(name)).map((kind) => ({
          ...kind,
          guidanceGapMs: Number.POSITIVE_INFINITY,
        })),
        rounds: [1, 2, 3],
        seed: SEED,
        frames: await benchFrames(await (await openModels()).loadCanonicalFace()),
        sessions: 4,
        fps: 4,
        settleMs: 60_000,
        artifactsFolder: 'test-artifacts/faults',
        signal: new AbortController().signal,
        say: (line) => lines.push(line),
      });
      const told = lines.join('\n');
      expect(
        report.rounds.flatMap(({ faults }) => faults),
        told,
      ).toEqual([]);
      expect(report.rounds).toHaveLength(3);
      expect(report.sequencesBroken, told).toEqual([]);
      expect(report.resultsRepeated, told).toEqual([]);
      for (const { lost, doubled, halves, deadLetters, capturesKept } of report.verdicts) {
        expect({ lost, doubled, halves, deadLetters, capturesKept }, told).toEqual({
          lost: [],
          doubled: [],
          halves: [],
          deadLetters: 0,
          capturesKept: 0,
        });
      }
      expect(report.capturesAcknowledged).toBeGreaterThan(3);
      expect(report.framesAnswered).toBeGreaterThan(30);
    }, 150_000);
  },
);
