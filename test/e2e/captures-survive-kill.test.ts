import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backlog } from '../../src/bus/backlog.ts';
import { createBus } from '../../src/bus/create-bus.ts';
import { DURABLE_NAMES } from '../../src/bus/types.ts';
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

    test(`${CAPTURES} captures by ${CLIENTS} clients have one result and one row each, also when the worker is killed half-way`, async () => {
      await role('sink');
      const edge = await role('edge');
      const url = /http:[^,]+/.exec(String(edge.ready.summary))![0];
      let worker = await role('worker');

      const outcomes: CaptureOutcome[] = [];
      let killed: Promise<void> | null = null;
      const client = async () => {
        while (outcomes.length < CAPTURES) {
          const outcome = await captureOnce(url, frames[outcomes.length % frames.length]!);
          if (outcomes.length >= CAPTURES) return;
          outcomes.push(outcome);
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

      const rows = async (table: string) => {
        const found = await store.query<{ id: string; rows: number }>(
          `SELECT capture_id AS id, toUInt32(count()) AS rows FROM ${table} GROUP BY id`,
        );
        return new Map(found.map(({ id, rows: count }) => [id, count]));
      };
      // Clients that were under way when the last one counted have captures of their own.
      const settled = async () => {
        const [stored, analysed] = [(await rows('captures')).size, (await rows('results')).size];
        return stored >= CAPTURES && analysed === stored && (await backlog(bus, DURABLE_NAMES)) === 0;
      };
      await until(settled, 60_000);
      for (const table of ['captures', 'results']) {
        const found = await rows(table);
        expect(captureIds.map((id) => found.get(id))).toEqual(captureIds.map(() => 1));
      }

      const kept = async (stream: string) => (await bus.nats.manager.streams.info(stream)).state.messages;
      expect(await kept('RESULTS')).toBe((await rows('captures')).size);
      // The pixels are gone once everything that is to be known of them is stored.
      await until(async () => (await kept('CAPTURES')) === 0, 20_000);
      await bus.close();
    }, 180_000);
  },
);
