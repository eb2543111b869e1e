import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImageVariantsHandler } from '../../src/analysis/analyzers/image-variants/image-variants-handler.ts';
import type { ApiParts } from '../../src/cli/roles/api-endpoints.ts';
import { openImageParts } from '../../src/cli/roles/open-image-parts.ts';
import type { OpenJobs } from '../../src/cli/roles/open-jobs.ts';
import type { RoleContext } from '../../src/cli/roles/role.ts';
import { type Config, parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import type { EventRecord } from '../../src/protocol/records.ts';
import type { RedisState } from '../../src/state/create-redis-state.ts';
import type { RedisImageStore } from '../../src/state/redis-image-store.ts';
import { createFolderStorage } from '../../src/storage/folder-storage.ts';
import type { ObjectStorage } from '../../src/storage/types.ts';
import { countingLimiter } from './counting-limiter.ts';
import { createFakeJobDesk, type FakeJobDesk } from './fake-job-desk.ts';
import { createMemoryImageStore } from './memory-image-store.ts';

/** That the service is told of. */
export const WORKERS = 3;

export type Interference = (what: 'put' | 'remove', keys: readonly string[]) => Promise<void> | void;

export interface TestImageParts {
  readonly parts: ApiParts['images'];
  /** With the default settings. */
  readonly config: Config;
  readonly jobs: FakeJobDesk;
  readonly images: RedisImageStore;
  readonly storage: ObjectStorage;
  /** What was told to the audit trail, of images. */
  readonly events: readonly EventRecord[];
  /** From now on called before anything is put or removed; what it throws is what the storage throws. */
  beforeStorage(interfere: Interference): void;
  /** Every file below the storage's folder, half-written ones too. */
  filesOnDisk(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * What the image routes work with, as the api role opens it: records and the limit of uploads in memory, files in a folder
 * of their own or in `otherStorage`. Jobs are worked on, by the real handler, when `jobs.work()` is called.
 */
export async function openTestImageParts(otherStorage?: ObjectStorage): Promise<TestImageParts> {
  const folder = await mkdtemp(join(tmpdir(), 'framegate-images-'));
  let interfere: Interference = () => {};
  const storage = interferedStorage(otherStorage ?? createFolderStorage(folder), (what, keys) =>
    interfere(what, keys),
  );
  const images = createMemoryImageStore();
  const config = parseConfig({}, thisMachine());
  const jobs = await createFakeJobDesk([
    createImageVariantsHandler({
      storage,
      images,
      clock: { nowMs: Date.now },
      webpQuality: config.images.webpQuality,
      avif: true,
    }),
  ]);
  const events: EventRecord[] = [];
  const log = { record: (event: EventRecord) => void events.push(event) };
  const parts = openImageParts({ config, codeVersion: 'test' } as RoleContext, {
    jobs: { desk: jobs.desk, store: jobs.store, log } as OpenJobs,
    redis: { images, rateLimiter: countingLimiter(), workers: { count: async () => WORKERS } } as RedisState,
    storage,
  });
  return {
    parts,
    config,
    jobs,
    images,
    storage,
    events,
    beforeStorage: (next) => {
      interfere = next;
    },
    filesOnDisk: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function interferedStorage(storage: ObjectStorage, interfere: Interference): ObjectStorage {
  return {
    ...storage,
    put: async (key, ...object) => {
      await interfere('put', [key]);
      await storage.put(key, ...object);
    },
    remove: async (keys) => {
      await interfere('remove', keys);
      await storage.remove(keys);
    },
  };
}
