import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

describe.skipIf(redisServerMissing !== null)('a lease in Redis', () => {
  let server: TestRedisServer;
  let redis: RedisState;
  let other: RedisState;

  beforeAll(async () => {
    server = await startRedisServer();
    redis = await createRedisState({ url: server.url });
    other = await createRedisState({ url: server.url });
  });
  afterAll(async () => {
    redis?.close();
    other?.close();
    await server?.close();
  });

  it('has one holder, until it is given back', async () => {
    const release = await redis.leases.take('work', 60_000);
    expect(release).not.toBeNull();
    expect(await other.leases.take('work', 60_000)).toBeNull();
    expect(await other.leases.take('other-work', 60_000)).not.toBeNull();
    await release?.();
    expect(await other.leases.take('work', 60_000)).not.toBeNull();
  });

  it('ends by itself, and is not taken away from the next holder by a late release', async () => {
    const release = await redis.leases.take('short', 1);
    await until(async () => (await other.leases.take('short', 60_000)) !== null, 5000);
    await release?.();
    expect(await redis.leases.take('short', 60_000)).toBeNull();
  });
});
