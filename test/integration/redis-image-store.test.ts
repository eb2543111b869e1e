import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ImageRecord, ProcessedImage } from '../../src/protocol/image-records.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { IMAGE_COUNT_KEY, imageKey, UNPROCESSED_IMAGE_TTL_MS } from '../../src/state/keys.ts';
import type { RedisImageStore } from '../../src/state/redis-image-store.ts';
import { createMemoryImageStore } from '../support/memory-image-store.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';

const variant = { width: 150, height: 200, aspect_ratio: 0.75, format: 'webp', size_bytes: 12_453 } as const;
const PROCESSED: ProcessedImage = {
  dominantColor: '#3A5F8C',
  originalWidth: 3024,
  originalHeight: 4032,
  variants: { thumbnail: variant, medium: variant, large: variant, original: variant },
  avif: { thumbnail: { ...variant, format: 'avif' } },
  completedAtMs: 1_731_074_405_000,
};

function image(imageId: string, changes: Partial<ImageRecord> = {}): ImageRecord {
  return {
    imageId,
    jobId: `job-of-${imageId}`,
    owner: 'ann',
    bucket: 'profile-images',
    metadata: { text: 'ä "quoted" \n', list: [1, null, { deep: true }] },
    createdAtMs: 1_731_074_400_000,
    processed: null,
    ...changes,
  };
}

/** Looks at what is in Redis from outside. */
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

const memory = createMemoryImageStore();
const STORES: readonly [name: string, open: () => RedisImageStore, missing: string | null][] = [
  ['in Redis', () => state.images, redisServerMissing],
  ['of tests', () => memory, null],
];

for (const [name, open, missing] of STORES) {
  describe.skipIf(missing !== null)(`the image store ${name}`, () => {
    it('gives back what was kept, and null for what was not', async () => {
      const kept = image('a1', { owner: null });
      expect(await open().create(kept)).toBe(true);
      expect(await open().read('a1')).toEqual(kept);
      expect(await open().read('a2')).toBeNull();
    });

    it('keeps the first of two with the same id', async () => {
      const first = image('b1');
      const created = await Promise.all([
        open().create(first),
        open().create(image('b1', { owner: 'bob' })),
        open().create(image('b1', { owner: 'eve' })),
      ]);
      expect(created).toEqual([true, false, false]);
      expect(await open().read('b1')).toEqual(first);
    });

    it('reads many in the order of their ids, with null for each that is not there', async () => {
      await open().create(image('c1'));
      await open().create(image('c2'));
      const found = await open().readMany(['c2', 'none', 'c1', 'c2', '', 'c1:*']);
      expect(found.map((one) => one?.imageId ?? null)).toEqual(['c2', null, 'c1', 'c2', null, null]);
      expect(await open().readMany([])).toEqual([]);
    });

    it('completes what is there, and nothing that is not', async () => {
      await open().create(image('d1'));
      expect(await open().complete('d1', PROCESSED)).toBe(true);
      expect(await open().read('d1')).toEqual(image('d1', { processed: PROCESSED }));
      expect(await open().complete('d2', PROCESSED)).toBe(false);
      expect(await open().read('d2')).toBeNull();
    });

    it('gives the record that it removes, once', async () => {
      await open().create(image('e1'));
      await open().complete('e1', PROCESSED);
      const removed = await Promise.all([open().remove('e1'), open().remove('e1')]);
      expect(removed.filter((one) => one !== null)).toEqual([image('e1', { processed: PROCESSED })]);
      expect(await open().read('e1')).toBeNull();
      expect(await open().complete('e1', PROCESSED)).toBe(false);
    });

    it('counts those that are processed, each once', async () => {
      const before = await open().count();
      const counted = async () => (await open().count()) - before;
      await open().create(image('f1'));
      await open().create(image('f2'));
      expect(await counted()).toBe(0);
      await open().complete('f1', PROCESSED);
      expect(await counted()).toBe(1);
      // A job that was delivered twice.
      await open().complete('f1', { ...PROCESSED, completedAtMs: 1 });
      expect(await counted()).toBe(1);
      await open().complete('f2', PROCESSED);
      expect(await counted()).toBe(2);
      const removed = await open().remove('f2');
      expect(await counted()).toBe(1);
      // The deletion went wrong, and the record is put back as it was.
      if (removed !== null) await open().create(removed);
      expect(await counted()).toBe(2);
      await open().remove('f1');
      await open().remove('f2');
      await open().remove('f2');
      expect(await counted()).toBe(0);
      await open().create(image('f3'));
      await open().remove('f3');
      expect(await counted()).toBe(0);
    });
  });
}

describe.skipIf(redisServerMissing !== null)('in Redis alone', () => {
  afterEach(() => operator.flushAll());

  const ttlMs = (imageId: string) => operator.pTTL(imageKey(imageId));

  it('what nobody processes is forgotten after a week; what is processed stays', async () => {
    await state.images.create(image('g1'));
    const left = await ttlMs('g1');
    expect(left).toBeGreaterThan(UNPROCESSED_IMAGE_TTL_MS - 60_000);
    expect(left).toBeLessThanOrEqual(UNPROCESSED_IMAGE_TTL_MS);
    await state.images.complete('g1', PROCESSED);
    expect(await ttlMs('g1')).toBe(-1);
    const removed = await state.images.remove('g1');
    if (removed !== null) await state.images.create(removed);
    expect(await ttlMs('g1')).toBe(-1);
  });

  it('leaves no key behind of what is removed', async () => {
    await state.images.create(image('h1'));
    await state.images.complete('h1', PROCESSED);
    await state.images.remove('h1');
    expect(await operator.keys('*')).toEqual([IMAGE_COUNT_KEY]);
    expect(await state.images.count()).toBe(0);
  });

  it('is one store for all nodes', async () => {
    await state.images.create(image('i1'));
    expect(await other.images.create(image('i1', { owner: 'bob' }))).toBe(false);
    expect(await other.images.complete('i1', PROCESSED)).toBe(true);
    expect((await state.images.read('i1'))?.processed).toEqual(PROCESSED);
    expect(await state.images.count()).toBe(1);
    expect((await other.images.remove('i1'))?.owner).toBe('ann');
    expect(await state.images.read('i1')).toBeNull();
  });

  it('one that is deleted while it is completed stays deleted, and is not counted', async () => {
    for (let round = 0; round < 50; round++) {
      const id = `j${round}`;
      await state.images.create(image(id));
      const [completed, removed] = await Promise.all([
        state.images.complete(id, PROCESSED),
        other.images.remove(id),
      ]);
      expect(removed).not.toBeNull();
      expect(await state.images.read(id)).toBeNull();
      // Whoever deleted it deletes the files too, where it was completed first.
      expect(completed).toBe(removed?.processed !== null);
    }
    expect(await state.images.count()).toBe(0);
  });

  it('a count that an operator has lost is not below zero', async () => {
    await state.images.create(image('k1'));
    await state.images.complete('k1', PROCESSED);
    await operator.del(IMAGE_COUNT_KEY);
    expect(await state.images.count()).toBe(0);
    await state.images.remove('k1');
    expect(await state.images.count()).toBe(0);
  });
});

describe.skipIf(redisServerMissing !== null)('a Redis that is away', () => {
  it('rejects every call with state-unavailable, which is no "not found"', async () => {
    const away = await startRedisServer();
    const lost = await createRedisState({ url: away.url, firstConnectMs: 5000 });
    try {
      await lost.images.create(image('l1'));
      await away.kill();
      const { images } = lost;
      const refused = { code: 'state-unavailable', retryable: true };
      for (const call of [
        () => images.create(image('l2')),
        () => images.read('l1'),
        () => images.readMany(['l1']),
        () => images.complete('l1', PROCESSED),
        () => images.remove('l1'),
        () => images.count(),
      ]) {
        await expect(call()).rejects.toMatchObject(refused);
      }
    } finally {
      lost.close();
      await away.close();
    }
  });
});
