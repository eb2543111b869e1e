import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { createSignalCount } from '../support/signal-count.ts';
import { until } from '../support/until.ts';

describe.skipIf(redisServerMissing !== null)('state in Redis', () => {
  let server: TestRedisServer;
  const states: RedisState[] = [];

  beforeEach(async () => {
    server = await startRedisServer();
  });
  afterEach(async () => {
    for (const state of states.splice(0)) state.close();
    await server?.close();
  });

  async function connect(): Promise<RedisState> {
    const state = await createRedisState({ url: server.url, firstConnectMs: 5000 });
    states.push(state);
    return state;
  }

  function reached(state: RedisState, wanted: string): Promise<void> {
    return new Promise((resolve) => {
      if (state.status().state === wanted) resolve();
      state.onStatus((next) => {
        if (next === wanted) resolve();
      });
    });
  }

  const ENTRY = { sessionId: 's', tokenHash: 'h', subject: null, node: 'n', state: { a: 1 } };

  it('that is away fails at once as state-unavailable, and works again, notices too, after its return', async () => {
    const [here, there] = [await connect(), await connect()];
    await here.ping();
    const lost = Promise.all([reached(here, 'reconnecting'), reached(there, 'reconnecting')]);
    await server.kill();
    await lost;
    const startedMs = performance.now();
    const unavailable = { code: 'state-unavailable', retryable: true };
    await expect(here.resume.save(ENTRY, 1, 1000)).rejects.toMatchObject(unavailable);
    await expect(here.resume.claim(ENTRY, 1000)).rejects.toMatchObject(unavailable);
    await expect(here.rateLimiter.take({ scope: 'x', limit: 1, windowMs: 1000 }, 'me')).rejects.toMatchObject(
      unavailable,
    );
    await expect(here.ping()).rejects.toMatchObject(unavailable);
    expect(performance.now() - startedMs).toBeLessThan(200);

    const heard = createSignalCount<number>();
    here.resume.onSuperseded((claim) => heard.add(claim.generation));
    const back = Promise.all([reached(here, 'connected'), reached(there, 'connected')]);
    await server.restart();
    await back;
    await here.resume.save(ENTRY, 1, 60_000);
    // The subscribing connection comes back in its own time: claim until it has heard one.
    while (heard.seen.length === 0) await there.resume.claim(ENTRY, 60_000);
  });

  it('that hangs fails its calls in time', async () => {
    const state = await createRedisState({ url: server.url, commandTimeoutMs: 100 });
    states.push(state);
    await state.ping();
    server.hang();
    const startedMs = performance.now();
    await expect(state.resume.save(ENTRY, 1, 1000)).rejects.toMatchObject({
      code: 'state-unavailable',
      retryable: true,
    });
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  it('that never came is given up by close()', async () => {
    await server.kill();
    const state = await createRedisState({ url: server.url, firstConnectMs: 10 });
    state.close();
    expect(state.status().state).toBe('closed');
    await expect(state.ping()).rejects.toMatchObject({ code: 'state-unavailable', retryable: false });
  });

  it('that was away when the process started is used when it comes', async () => {
    await server.kill();
    const state = await createRedisState({ url: server.url, firstConnectMs: 100 });
    states.push(state);
    expect(state.status().state).not.toBe('connected');
    await expect(state.ping()).rejects.toMatchObject({ code: 'state-unavailable' });
    const back = reached(state, 'connected');
    await server.restart();
    await back;
    await state.ping();
  });

  it('counts the workers of all nodes that have told of themselves lately and not left', async () => {
    const [here, there] = [await connect(), await connect()];
    expect(await here.workers.count()).toBe(0);
    await here.workers.beat('a', 60_000);
    await here.workers.beat('a', 60_000);
    await there.workers.beat('b', 60_000);
    // A worker that dies: its shorter life ends, the others' go on.
    await there.workers.beat('c', 200);
    expect(await here.workers.count()).toBe(3);
    await until(async () => (await here.workers.count()) === 2, 5000);
    await there.workers.leave('b');
    expect(await here.workers.count()).toBe(1);
    await there.workers.beat('d', 100);
    expect(await here.workers.count()).toBe(2);
  });

  it('a rate limit holds over all nodes at once and says when the next call is allowed', async () => {
    const [here, there] = [await connect(), await connect()];
    const rule = { scope: 'test', limit: 10, windowMs: 60_000 };
    const decisions = await Promise.all(
      Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? here : there).rateLimiter.take(rule, 'me')),
    );
    expect(decisions.filter((decision) => decision.allowed)).toHaveLength(10);
    for (const refused of decisions.filter((decision) => !decision.allowed)) {
      expect(refused.remaining).toBe(0);
      expect(refused.retryAfterMs).toBeGreaterThan(50_000);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(60_000);
    }
    expect(await here.rateLimiter.take(rule, 'you')).toMatchObject({ allowed: true, remaining: 9 });
  });

  it('a rate limit lets a call through again when the window has moved on', async () => {
    const state = await connect();
    const rule = { scope: 'short', limit: 3, windowMs: 100 };
    const startedMs = performance.now();
    let allowed = 0;
    while (allowed < 9) if ((await state.rateLimiter.take(rule, 'me')).allowed) allowed++;
    // Nine calls at three per 100 ms need two whole windows, whatever the alignment.
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(195);
  });
});
