import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResumeEntry, ResumeStore } from '../../src/edge/ports.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { resumeKey } from '../../src/state/keys.ts';
import { createMemoryResumeStore } from '../support/memory-resume-store.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { createSignalCount } from '../support/signal-count.ts';

const TTL_MS = 120_000;

interface Subject {
  /** Two views of the same store, as two nodes have them. */
  readonly here: ResumeStore;
  readonly there: ResumeStore;
  /** Makes a session's entry expire now. */
  expire(sessionId: string): Promise<void>;
}

function resumeStoreContract(name: string, missing: string | null, subject: () => Subject): void {
  describe.skipIf(missing !== null)(`resume store: ${name}`, () => {
    const entry = (overrides: Partial<ResumeEntry> = {}): ResumeEntry => ({
      sessionId: randomUUID(),
      tokenHash: 'aa'.repeat(32),
      subject: null,
      node: 'node-1',
      state: { dwell: 0.5, name: 'zoë', nested: [1, null, { deep: true }] },
      ...overrides,
    });
    const claimOf = (saved: ResumeEntry) => ({
      sessionId: saved.sessionId,
      tokenHash: saved.tokenHash,
      subject: saved.subject,
      node: 'node-2',
    });

    it('gives a saved state to a claim with the right token, and raises the generation each time', async () => {
      const { here, there } = subject();
      const saved = entry();
      expect(await here.save(saved, 1, TTL_MS)).toBe('saved');
      expect(await there.claim(claimOf(saved), TTL_MS)).toEqual({ generation: 2, state: saved.state });
      expect(await here.claim(claimOf(saved), TTL_MS)).toEqual({ generation: 3, state: saved.state });
    });

    it('gives null for an unknown session, another token and another subject, and changes nothing', async () => {
      const { here } = subject();
      const saved = entry({ subject: 'ann' });
      await here.save(saved, 1, TTL_MS);
      expect(await here.claim({ ...claimOf(saved), sessionId: 'unknown' }, TTL_MS)).toBeNull();
      expect(await here.claim({ ...claimOf(saved), tokenHash: 'bb'.repeat(32) }, TTL_MS)).toBeNull();
      expect(await here.claim({ ...claimOf(saved), subject: null }, TTL_MS)).toBeNull();
      expect(await here.claim({ ...claimOf(saved), subject: 'null' }, TTL_MS)).toBeNull();
      expect(await here.claim(claimOf(saved), TTL_MS)).toMatchObject({ generation: 2 });
    });

    it('refuses the save of a holder that was superseded, and takes the new holder’s', async () => {
      const { here, there } = subject();
      const saved = entry();
      await here.save(saved, 1, TTL_MS);
      await there.claim(claimOf(saved), TTL_MS);
      expect(await here.save({ ...saved, state: 'stale' }, 1, TTL_MS)).toBe('superseded');
      expect(await there.save({ ...saved, state: 'fresh' }, 2, TTL_MS)).toBe('saved');
      expect(await here.claim(claimOf(saved), TTL_MS)).toEqual({ generation: 3, state: 'fresh' });
    });

    it('of many claims at once each gets a generation of its own', async () => {
      const { here, there } = subject();
      const saved = entry();
      await here.save(saved, 1, TTL_MS);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? here : there).claim(claimOf(saved), TTL_MS)),
      );
      const generations = claims.map((claim) => claim?.generation ?? 0).sort((a, b) => a - b);
      expect(generations).toEqual(Array.from({ length: 20 }, (_, i) => i + 2));
    });

    it('forgets an ended session, also for a late save of an older holder, unless it was claimed since', async () => {
      const { here, there } = subject();
      const saved = entry();
      await here.save(saved, 1, TTL_MS);
      await there.claim(claimOf(saved), TTL_MS);
      await here.remove(saved.sessionId, 1);
      expect(await there.save(saved, 2, TTL_MS)).toBe('saved');
      await there.remove(saved.sessionId, 2);
      expect(await here.save(saved, 1, TTL_MS)).toBe('superseded');
      expect(await here.claim(claimOf(saved), TTL_MS)).toBeNull();
    });

    it('forgets a session whose time is over', async () => {
      const { here, expire } = subject();
      const saved = entry();
      await here.save(saved, 1, TTL_MS);
      await expire(saved.sessionId);
      expect(await here.claim(claimOf(saved), TTL_MS)).toBeNull();
    });

    it('tells every node of a claim, until it unsubscribes', async () => {
      const { here, there } = subject();
      const [heard, unheard] = [
        createSignalCount<{ sessionId: string; generation: number }>(),
        createSignalCount<unknown>(),
      ];
      const unsubscribe = here.onSuperseded(unheard.add);
      unsubscribe();
      const stop = here.onSuperseded(heard.add);
      const saved = entry();
      await here.save(saved, 1, TTL_MS);
      await there.claim(claimOf(saved), TTL_MS);
      await there.claim(claimOf(saved), TTL_MS);
      await heard.reached(2);
      stop();
      expect(heard.seen).toEqual([
        { sessionId: saved.sessionId, generation: 2 },
        { sessionId: saved.sessionId, generation: 3 },
      ]);
      expect(unheard.seen).toEqual([]);
    });
  });
}

{
  const memory = createMemoryResumeStore();
  resumeStoreContract('memory', null, () => ({
    here: memory,
    there: memory,
    expire: async () => memory.advance(TTL_MS + 1),
  }));
}

describe('redis', () => {
  let server: TestRedisServer;
  let here: RedisState;
  let there: RedisState;
  beforeAll(async () => {
    if (redisServerMissing !== null) return;
    server = await startRedisServer();
    [here, there] = await Promise.all([
      createRedisState({ url: server.url }),
      createRedisState({ url: server.url }),
    ]);
  });
  afterAll(async () => {
    here?.close();
    there?.close();
    await server?.close();
  });
  resumeStoreContract('redis', redisServerMissing, () => ({
    here: here.resume,
    there: there.resume,
    expire: async (sessionId) => {
      const client = createClient({ url: server.url });
      await client.connect();
      expect(await client.pTTL(resumeKey(sessionId))).toBeGreaterThan(TTL_MS - 10_000);
      await client.pExpire(resumeKey(sessionId), 0);
      client.destroy();
    },
  }));
});
