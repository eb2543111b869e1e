import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backlog } from '../../src/bus/backlog.ts';
import { createBus } from '../../src/bus/create-bus.ts';
import { DURABLE_NAMES } from '../../src/bus/types.ts';
import type { ProfileName } from '../../src/protocol/checks.ts';
import { PROFILE_RESULT_KINDS } from '../../src/protocol/result-kinds.ts';
import { createStore } from '../../src/store/client.ts';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '../../src/store/embedded/start.ts';
import type { Store } from '../../src/store/types.ts';
import { type CaptureOutcome, captureOnce } from '../support/capture-session.ts';
import { type FramegateProcess, startFramegate } from '../support/framegate-process.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';
import { until } from '../support/until.ts';

const CAPTURES = 200;
const CLIENTS = 8;
/** Measuring skin takes a second of a core, so that not each of them asks for it. */
const SKIN_EVERY = 10;

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `captures ${natsServerMissing ?? redisServerMissing ?? ''}`,
  () => {
    let folder: string;
    let nats: TestNatsServer;
    let redis: TestRedisServer;
    let clickHouse: EmbeddedClickHouse;
    let store: Store;
    let settings: Record<string, string>;
    let frames: EncodedFrame[];
    const processes: FramegateProcess[] = [];

    const role = async (name: string) => {
      const started = await startFramegate([name], {
        ...settings,
        FRAMEGATE_NODE_NAME: `${name}-${processes.length}`,
      });
      processes.push(started);
      return started;
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'framegate-e2e-'));
      [nats, redis, clickHouse, frames] = await Promise.all([
        startNatsServer(),
        startRedisServer(),
        startEmbeddedClickHouse({ dataFolder: join(folder, 'clickhouse'), port: 0 }),
        renderedFrames(10),
      ]);
      store = createStore({ url: clickHouse.url });
      settings = {
        FRAMEGATE_NATS_URL: nats.url,
        FRAMEGATE_REDIS_URL: redis.url,
        FRAMEGATE_CLICKHOUSE_URL: clickHouse.url,
        FRAMEGATE_PORT: '0',
        FRAMEGATE_DWELL_MS: '0',
        FRAMEGATE_SINK_BATCH_MS: '100',
      };
    }, 60_000);

    afterAll(async () => {
      await Promise.all(processes.map((process) => process.kill('SIGKILL')));
      await store?.close();
      await Promise.all([clickHouse?.close(), nats?.close(), redis?.close()]);
      await rm(folder, { recursive: true, force: true });
    });

    test(`${CAPTURES} captures by ${CLIENTS} clients have one row and one result of each kind, also when the worker is killed half-way`, async () => {
      await role('sink');
      const edge = await role('edge');
      const url = /http:[^,]+/.exec(String(edge.ready.summary))![0];
      let worker = await role('worker');

      const outcomes: CaptureOutcome[] = [];
      /** The kinds of results that each is to have. */
      const kindsOf = new Map<string, readonly string[]>();
      let started = 0;
      let killed: Promise<void> | null = null;
      const client = async () => {
        while (outcomes.length < CAPTURES) {
          const profile: ProfileName = started++ % SKIN_EVERY === 0 ? 'face-skin' : 'face-contour';
          const outcome = await captureOnce(url, frames[outcomes.length % frames.length]!, {
            profile: `${profile}:relaxed`,
          });
          if (outcomes.length >= CAPTURES) return;
          outcomes.push(outcome);
          kindsOf.set(outcome.captureId, PROFILE_RESULT_KINDS[profile]);
          if (outcomes.length === CAPTURES / 2) {
            killed = worker.kill('SIGKILL').then(async () => {
              worker = await role('worker');
            });
          }
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
      await killed;
      expect(killed).not.toBeNull();

      const bus = await createBus({ servers: nats.url, name: 'test' });
      const captureIds = outcomes.map(({ captureId }) => captureId);
      expect(new Set(captureIds).size).toBe(CAPTURES);
      for (const { feedbacks } of outcomes) {
        expect(feedbacks.map(({ seq }) => seq)).toEqual(feedbacks.map((_, index) => index + 1));
      }

      // Clients that were under way when the last one counted have captures of their own.
      const kept = async (stream: string) => (await bus.nats.manager.streams.info(stream)).state.messages;
      // The pixels are gone once everything that is to be known of them is stored.
      const settled = async () => (await kept('CAPTURES')) === 0 && (await backlog(bus, DURABLE_NAMES)) === 0;
      await until(settled, 120_000);
      const rows = async (table: string, what: string) => {
        const found = await store.query<{ id: string; rows: string[] }>(
          `SELECT capture_id AS id, arraySort(groupArray(${what})) AS rows FROM ${table} GROUP BY id`,
        );
        return new Map(found.map(({ id, rows: stored }) => [id, stored]));
      };
      const captureRows = await rows('captures', "'capture'");
      expect(captureIds.map((id) => captureRows.get(id))).toEqual(captureIds.map(() => ['capture']));
      const resultRows = await rows('results', 'kind');
      expect(captureIds.map((id) => resultRows.get(id))).toEqual(
        captureIds.map((id) => [...kindsOf.get(id)!].sort()),
      );
      expect([...resultRows.keys()].sort()).toEqual([...captureRows.keys()].sort());
      expect(await kept('RESULTS')).toBe([...resultRows.values()].flat().length);
      expect(await kept('DEAD')).toBe(0);
      await bus.close();
    }, 240_000);
  },
);
