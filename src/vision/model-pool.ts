import type { ModelIdentity } from '../protocol/records.ts';
import { type ModelVersions, openModels } from './model-registry.ts';
import { type ModelReload, NO_RELOAD, RELOAD_RETRY_MS } from './model-reload.ts';
import { createThreadPool, type ThreadPool, type ThreadPoolOptions } from './thread-pool.ts';

export interface ModelPoolOptions<Data> extends Omit<ThreadPoolOptions, 'workerData'> {
  readonly modelsFolder: string;
  /** What the threads load of the folder; what its manifest lacks does not count. */
  readonly modelNames: readonly string[];
  /** What every thread is started with, besides the folder and the versions. */
  readonly threadData: Data;
  readonly reload?: ModelReload | undefined;
}

/** What a thread with models is started with. */
export interface ModelThreadData {
  readonly modelsFolder: string;
  /** What the pool has agreed on, whatever is in use when the thread comes to load it. */
  readonly modelVersions: ModelVersions;
  /** It takes the place of a thread that works: it shows that its models can be loaded before it says that it is ready. */
  readonly loadsAtOnce: boolean;
}

/**
 * Threads with models. When other versions of these come into use, the threads are renewed one by one; what cannot be
 * loaded leaves the old ones as they are, and is tried again. Rejects with model-missing or config-invalid where the folder
 * is none, and as createThreadPool does.
 */
export async function createModelPool<Job, Result, Ready, Data extends object>(
  options: ModelPoolOptions<Data>,
): Promise<ThreadPool<Job, Result, Ready>> {
  const { modelsFolder, modelNames, threadData, reload = NO_RELOAD, ...poolOptions } = options;
  const dataOf = (models: readonly ModelIdentity[], loadsAtOnce: boolean): Data & ModelThreadData => ({
    ...threadData,
    modelsFolder,
    modelVersions: Object.fromEntries(models.map(({ name, version }) => [name, version])),
    loadsAtOnce,
  });
  const first = await modelsInUse(modelsFolder, modelNames);
  /** null after a renewal that was broken off: some threads may have what others have not. */
  let inUse: readonly ModelIdentity[] | null = first;
  const pool = await createThreadPool<Job, Result, Ready>({
    ...poolOptions,
    workerData: dataOf(first, false),
  });

  let renewing: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function renew(): Promise<void> {
    if (closed) return;
    clearTimeout(retry);
    try {
      const wanted = await modelsInUse(modelsFolder, modelNames);
      if (JSON.stringify(wanted) === JSON.stringify(inUse)) return;
      inUse = null;
      await pool.renew(dataOf(wanted, true));
      inUse = wanted;
      reload.onReloaded(wanted);
    } catch (thrown) {
      if (closed) return;
      reload.onFailure(thrown);
      retry = setTimeout(renewSoon, RELOAD_RETRY_MS);
      retry.unref();
    }
  }

  function renewSoon(): void {
    renewing = renewing.then(renew);
  }

  const unwatch = reload.onChange(renewSoon);
  // What changed while the threads started.
  if (options.reload !== undefined) renewSoon();
  return {
    get ready() {
      return pool.ready;
    },
    run: pool.run,
    runTold: pool.runTold,
    renew: pool.renew,
    async close() {
      closed = true;
      unwatch();
      clearTimeout(retry);
      await pool.close();
      await renewing;
    },
  };
}

async function modelsInUse(modelsFolder: string, names: readonly string[]): Promise<ModelIdentity[]> {
  const registry = await openModels(modelsFolder);
  return names
    .filter((name) => registry.names.includes(name))
    .map((name) => registry.describe(name).identity);
}
