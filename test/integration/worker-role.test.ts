import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import type { RoleContext } from '../../src/cli/roles/role.ts';
import { startWorker } from '../../src/cli/roles/worker-role.ts';
import { type Environment, parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';

/** One each for face quality, contours, skin and bodies. */
const THREADS = 4;

/** Of this process, as Node itself counts them. */
function threadCount(): number {
  const { workers } = process.report.getReport() as { workers: unknown[] };
  return workers.length;
}

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `the worker role ${natsServerMissing ?? redisServerMissing ?? ''}`,
  () => {
    let nats: TestNatsServer;
    let redis: TestRedisServer;
    let bus: Bus;
    let state: RedisState;
    const metrics = createMetrics({ node: 'test', version: 'test' });

    beforeAll(async () => {
      [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
      [bus, state] = await Promise.all([
        createBus({ servers: nats.url, name: 'test' }),
        createRedisState({ url: redis.url }),
      ]);
      await ensureTopology(bus);
    });
    afterAll(async () => {
      metrics.close();
      state?.close();
      await bus?.close();
      await Promise.all([nats?.close(), redis?.close()]);
    });

    function contextOf(environment: Environment): RoleContext {
      return {
        config: parseConfig(environment, thisMachine()),
        logger: createLogger({ level: 'silent', format: 'json', node: 'test' }),
        metrics,
        codeVersion: 'test',
      };
    }

    it('has threads, is counted while it runs, and leaves nothing of either', async () => {
      const before = threadCount();
      const role = await startWorker(contextOf({}), { bus, redis: state });
      expect(threadCount()).toBe(before + THREADS);
      expect(await state.workers.count()).toBe(1);
      await role.stop();
      expect(threadCount()).toBe(before);
      expect(await state.workers.count()).toBe(0);
    });

    it('that fails at its job handlers closes the threads that it had opened', async () => {
      const before = threadCount();
      const wrong = contextOf({ FRAMEGATE_WEBHOOK_SECRET: 'whsec_this is no base64 at all' });
      const starting = startWorker(wrong, { bus, redis: state });
      await expect(starting).rejects.toMatchObject({ code: 'config-invalid' });
      expect(threadCount()).toBe(before);
    });

    it('that fails at its captures takes no jobs any more and closes its threads', async () => {
      const before = threadCount();
      // Jobs are taken before the third analyzer's thread is there, captures after it.
      const refusing: Bus = {
        ...bus,
        onStatus: (listener) => {
          if (threadCount() === before + THREADS) throw new FramegateError('bus-unavailable', 'refused');
          return bus.onStatus(listener);
        },
      };
      const starting = startWorker(contextOf({}), { bus: refusing, redis: state });
      await expect(starting).rejects.toMatchObject({ message: 'refused' });
      expect(threadCount()).toBe(before);
      expect(await state.workers.count()).toBe(0);
    });
  },
);
