import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CaptureStore } from '../../src/captures/types.ts';
import type { Artifact, BodyCapture } from '../../src/protocol/body-captures.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { createMemoryCaptureStore } from '../support/memory-capture-store.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { sampleCapture, sampleMeasurement } from '../support/sample-captures.ts';

async function connect(url: string) {
  const client = createClient({ url });
  await client.connect();
  return client;
}

let server: TestRedisServer | null = null;
let operator: Awaited<ReturnType<typeof connect>>;
let state: RedisState;
let other: RedisState;

beforeAll(async () => {
  if (redisServerMissing !== null) return;
  server = await startRedisServer();
  const { url } = server;
  const open = () => createRedisState({ url, firstConnectMs: 5000 });
  [state, other, operator] = await Promise.all([open(), open(), connect(url)]);
});
afterAll(async () => {
  state?.close();
  other?.close();
  operator?.destroy();
  await server?.close();
});

function capture(captureId: string, changes: Partial<BodyCapture> = {}): BodyCapture {
  return sampleCapture({ captureId, ...changes });
}

function artifact(captureId: string, artifactId: string, removeAtMs: number | null): Artifact {
  return {
    artifactId,
    captureId,
    bucketPath: `raw-captures/${captureId}/${artifactId}.jpg`,
    artifactType: 'raw',
    createdAtMs: 1,
    removeAtMs,
  };
}

const idsOf = (captures: readonly BodyCapture[]) => captures.map(({ captureId }) => captureId);

let memory: CaptureStore = createMemoryCaptureStore();
const STORES: readonly [name: string, open: () => CaptureStore, missing: string | null][] = [
  ['in Redis', () => state.captures, redisServerMissing],
  ['of tests', () => memory, null],
];

for (const [name, open, missing] of STORES) {
  describe.skipIf(missing !== null)(`the capture store ${name}`, () => {
    afterEach(async () => {
      memory = createMemoryCaptureStore();
      await operator?.flushAll();
    });

    it('gives back what was kept, long documents too, and null for what was not', async () => {
      const long = capture('a1', {
        metrics: {
          original: sampleMeasurement(),
          current: sampleMeasurement().metrics,
          overallConfidence: 0.5,
          latestAdjustmentId: null,
        },
        error: { code: 'x', message: 'ä "quoted" \n'.repeat(2000) },
      });
      expect(await open().create(long)).toBe(true);
      expect(await open().read('a1')).toEqual(long);
      expect(await open().read('a2')).toBeNull();
    });

    it('keeps the first of two with the same id', async () => {
      const created = [
        await open().create(capture('b1')),
        await open().create(capture('b1', { userId: 'eve' })),
      ];
      expect(created).toEqual([true, false]);
      expect((await open().read('b1'))?.userId).toBe('ann');
      expect(await open().listOf('eve', { limit: 10 })).toEqual([]);
    });

    it('changes what is there, and counts the changes', async () => {
      await open().create(capture('c1'));
      const changed = await open().change('c1', (one) => ({ ...one, status: 'processing', revision: 77 }));
      expect(changed).toEqual(capture('c1', { status: 'processing', revision: 1 }));
      expect(await open().read('c1')).toEqual(changed);
      expect(await open().change('c1', () => null)).toEqual(changed);
      expect((await open().read('c1'))?.revision).toBe(1);
      expect(await open().change('none', (one) => one)).toBeNull();
    });

    it('what `apply` throws changes nothing', async () => {
      await open().create(capture('c2'));
      const wrong = new Error('no');
      const refuse = () => {
        throw wrong;
      };
      await expect(open().change('c2', refuse)).rejects.toBe(wrong);
      expect(await open().read('c2')).toEqual(capture('c2'));
    });

    it('lists an account’s, all, those in a status, and a partner’s, newest first', async () => {
      const partner = { partnerId: 'shop', customerName: 'Bob', reference: 'r1' };
      await open().create(capture('d1', { createdAtMs: 1000 }));
      await open().create(capture('d3', { createdAtMs: 3000, partner }));
      await open().create(capture('d2', { createdAtMs: 2000, userId: 'bob', status: 'done' }));
      expect(idsOf(await open().listOf('ann', { limit: 10 }))).toEqual(['d3', 'd1']);
      expect(idsOf(await open().listOf('eve', { limit: 10 }))).toEqual([]);
      expect(idsOf(await open().listAll({ limit: 10 }))).toEqual(['d3', 'd2', 'd1']);
      expect(idsOf(await open().listAll({ limit: 10, status: 'queued' }))).toEqual(['d3', 'd1']);
      expect(idsOf(await open().listOfPartner('shop', { limit: 10 }))).toEqual(['d3']);
      await open().change('d1', (one) => ({ ...one, status: 'done' }));
      expect(idsOf(await open().listAll({ limit: 10, status: 'queued' }))).toEqual(['d3']);
      expect(idsOf(await open().listAll({ limit: 10, status: 'done' }))).toEqual(['d2', 'd1']);
    });

    it('gives page after page, and none falls between two', async () => {
      for (const [id, createdAtMs] of [
        ['e1', 1000],
        ['e2', 2000],
        ['e3', 2000],
        ['e4', 2000],
        ['e5', 5000],
      ] as const) {
        await open().create(capture(id, { createdAtMs }));
      }
      const first = await open().listOf('ann', { limit: 2 });
      expect(idsOf(first).sort()).toEqual(['e2', 'e3', 'e4', 'e5']);
      expect(idsOf(await open().listOf('ann', { limit: 2, beforeMs: 2000 }))).toEqual(['e1']);
      expect(await open().listOf('ann', { limit: 2, beforeMs: 1000 })).toEqual([]);
      expect(idsOf(await open().listOf('ann', { limit: 1 }))).toEqual(['e5']);
    });

    it('counts places in the queue from 1', async () => {
      await open().enqueue('f1', 1000);
      await open().enqueue('f2', 2000);
      await open().enqueue('f3', 3000);
      expect(await open().queuePosition('f3')).toBe(3);
      await open().dequeue('f1');
      await open().dequeue('f1');
      expect(await open().queuePosition('f1')).toBeNull();
      expect(await open().queuePosition('f3')).toBe(2);
    });

    it('lets go from the queue what nobody has begun within a day', async () => {
      const dayMs = 24 * 3_600_000;
      await open().enqueue('m1', 1000);
      await open().enqueue('m2', 1001);
      await open().enqueue('m3', dayMs + 1000);
      expect(await open().queuePosition('m1')).toBeNull();
      expect(await open().queuePosition('m3')).toBe(2);
    });

    it('tells which files are due, the longest overdue first, until they are forgotten', async () => {
      const artifacts = [artifact('g1', 'x', 500), artifact('g1', 'y', 300), artifact('g1', 'z', null)];
      await open().create(capture('g1'));
      await open().change('g1', (one) => ({ ...one, artifacts }));
      const due = async (nowMs: number, limit = 10) =>
        (await open().dueArtifacts(nowMs, limit)).map(({ artifactId }) => artifactId);
      expect(await due(299)).toEqual([]);
      expect(await due(500)).toEqual(['y', 'x']);
      expect(await due(500, 1)).toEqual(['y']);
      await open().removeArtifact('g1', 'y');
      await open().removeArtifact('g1', 'y');
      await open().removeArtifact('none', 'y');
      expect(await due(500)).toEqual(['x']);
      expect((await open().read('g1'))?.artifacts).toEqual([artifacts[0], artifacts[2]]);
      // Kept for longer.
      await open().change('g1', (one) => ({ ...one, artifacts: [artifact('g1', 'x', 900)] }));
      expect(await due(500)).toEqual([]);
      expect(await due(900)).toEqual(['x']);
    });

    it('forgets all of what is removed', async () => {
      const partner = { partnerId: 'shop', customerName: 'Bob', reference: 'r1' };
      await open().create(capture('h1', { partner }));
      await open().change('h1', (one) => ({ ...one, artifacts: [artifact('h1', 'x', 1)], status: 'done' }));
      await open().enqueue('h1', 1);
      await open().remove('h1');
      await open().remove('h1');
      expect(await open().read('h1')).toBeNull();
      expect(await open().listAll({ limit: 10 })).toEqual([]);
      expect(await open().listAll({ limit: 10, status: 'done' })).toEqual([]);
      expect(await open().listOf('ann', { limit: 10 })).toEqual([]);
      expect(await open().listOfPartner('shop', { limit: 10 })).toEqual([]);
      expect(await open().dueArtifacts(10, 10)).toEqual([]);
      expect(await open().queuePosition('h1')).toBeNull();
    });
  });
}

describe.skipIf(redisServerMissing !== null)('in Redis alone', () => {
  afterEach(() => operator.flushAll());

  it('loses no change of two that come at once from two nodes', async () => {
    await state.captures.create(capture('i1'));
    const add = (store: CaptureStore, artifactId: string) =>
      store.change('i1', (one) => ({
        ...one,
        artifacts: [...one.artifacts, artifact('i1', artifactId, null)],
      }));
    for (let round = 0; round < 20; round++) {
      await Promise.all([add(state.captures, `a${round}`), add(other.captures, `b${round}`)]);
    }
    const after = await state.captures.read('i1');
    expect(after?.revision).toBe(40);
    expect(new Set(after?.artifacts.map(({ artifactId }) => artifactId)).size).toBe(40);
  });

  it('loses none of fifty that come at once, however long the document is', async () => {
    await state.captures.create(capture('l1', { error: { code: 'x', message: 'long '.repeat(4000) } }));
    const changes = Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? state : other).captures.change('l1', (one) => ({
        ...one,
        artifacts: [...one.artifacts, artifact('l1', `x${index}`, null)],
      })),
    );
    await Promise.all(changes);
    expect((await state.captures.read('l1'))?.artifacts).toHaveLength(50);
  });

  it('one that never gets through is told to come again', async () => {
    await state.captures.create(capture('l2'));
    // As if somebody else had written between every look and its change.
    await operator.hSet('framegate:body-capture:l2', 'revision', '999');
    const late = { code: 'state-unavailable', retryable: true, retryAfterMs: 1000 };
    await expect(state.captures.change('l2', (one) => ({ ...one, status: 'done' }))).rejects.toMatchObject(
      late,
    );
    await expect(state.captures.remove('l2')).rejects.toMatchObject(late);
  });

  it('one that is removed while it is changed stays removed, in every list', async () => {
    for (let round = 0; round < 30; round++) {
      const id = `j${round}`;
      await state.captures.create(capture(id));
      await Promise.all([
        state.captures.change(id, (one) => ({
          ...one,
          status: 'done',
          artifacts: [artifact(id, 'x', 1)],
        })),
        other.captures.remove(id),
      ]);
      expect(await state.captures.read(id)).toBeNull();
    }
    expect(await operator.keys('*')).toEqual([]);
  });
});

describe.skipIf(redisServerMissing !== null)('a Redis that is away', () => {
  it('rejects every call with state-unavailable, which is no "not found"', async () => {
    const away = await startRedisServer();
    const lost = await createRedisState({ url: away.url, firstConnectMs: 5000 });
    try {
      await lost.captures.create(capture('k1'));
      await away.kill();
      const { captures } = lost;
      for (const call of [
        () => captures.create(capture('k2')),
        () => captures.read('k1'),
        () => captures.change('k1', () => null),
        () => captures.listOf('ann', { limit: 1 }),
        () => captures.listAll({ limit: 1 }),
        () => captures.listOfPartner('shop', { limit: 1 }),
        () => captures.remove('k1'),
        () => captures.enqueue('k1', 1),
        () => captures.dequeue('k1'),
        () => captures.queuePosition('k1'),
        () => captures.dueArtifacts(1, 1),
        () => captures.removeArtifact('k1', 'x'),
      ]) {
        await expect(call()).rejects.toMatchObject({ code: 'state-unavailable', retryable: true });
      }
    } finally {
      lost.close();
      await away.close();
    }
  });
});
