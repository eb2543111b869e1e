import type { ModelIdentity } from '../protocol/records.ts';
import { type ModelReload, RELOAD_RETRY_MS } from './model-reload.ts';

export interface Reloading<Loaded> {
  /**
   * What the next work is to be done with; work in hand goes on with what it was given. Loads when first asked, and when
   * asked after a change. Rejects as `load` does where nothing has been loaded before.
   */
  current(): Promise<Loaded>;
  close(): void;
}

export interface ReloadingOptions<Loaded> {
  readonly load: () => Promise<Loaded>;
  readonly modelsOf: (loaded: Loaded) => readonly ModelIdentity[];
  readonly reload: ModelReload;
  readonly nowMs?: () => number;
}

/** Keeps something loaded, and loads it anew when its source has changed. One load at a time, whoever waits for it. */
export function createReloading<Loaded>(options: ReloadingOptions<Loaded>): Reloading<Loaded> {
  const { load, modelsOf, reload, nowMs = () => performance.now() } = options;
  let loaded: { readonly value: Loaded } | null = null;
  let loading: Promise<Loaded> | null = null;
  /** From when on it is to be loaded anew. */
  let staleAtMs = Number.POSITIVE_INFINITY;
  const unwatch = reload.onChange(() => {
    staleAtMs = Number.NEGATIVE_INFINITY;
  });

  async function loadAnew(): Promise<Loaded> {
    // A change while it loads makes what comes of it stale.
    staleAtMs = Number.POSITIVE_INFINITY;
    const before = loaded;
    try {
      const value = await load();
      loaded = { value };
      if (before !== null && versionsOf(before.value) !== versionsOf(value))
        reload.onReloaded(modelsOf(value));
      return value;
    } catch (thrown) {
      if (before === null) throw thrown;
      staleAtMs = Math.min(staleAtMs, nowMs() + RELOAD_RETRY_MS);
      reload.onFailure(thrown);
      return before.value;
    }
  }

  function versionsOf(value: Loaded): string {
    return modelsOf(value)
      .map(({ name, version, sha256 }) => `${name}@${version}:${sha256}`)
      .join();
  }

  return {
    async current() {
      if (loading === null) {
        if (loaded !== null && nowMs() < staleAtMs) return loaded.value;
        loading = loadAnew().finally(() => {
          loading = null;
        });
      }
      return loading;
    },
    close: unwatch,
  };
}
