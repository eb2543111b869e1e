import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { ModelIdentity } from '../../src/protocol/records.ts';
import { watchModels } from '../../src/vision/model-watch.ts';
import { createReloading } from '../../src/vision/reloading.ts';

/** A source of versions that a test changes by hand. */
function scripted() {
  const listeners = new Set<() => void>();
  const told: string[] = [];
  let next: () => Promise<string> = async () => 'a';
  let nowMs = 0;
  const reloading = createReloading<string>({
    load: () => next(),
    modelsOf: (version): ModelIdentity[] => [{ name: 'model', version, sha256: 'f' }],
    reload: {
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      onReloaded: ([model]) => void told.push(`now ${model?.version}`),
      onFailure: (thrown) => void told.push(`failed ${(thrown as Error).message}`),
    },
    nowMs: () => nowMs,
  });
  return {
    reloading,
    told,
    listeners,
    change(load: () => Promise<string>) {
      next = load;
      for (const listener of listeners) listener();
    },
    later(ms: number) {
      nowMs += ms;
    },
  };
}

describe('what reloads', () => {
  it('loads once, and again for the next who asks after a change', async () => {
    const { reloading, change, told } = scripted();
    expect(await Promise.all([reloading.current(), reloading.current()])).toEqual(['a', 'a']);
    change(async () => 'b');
    expect(await reloading.current()).toBe('b');
    expect(told).toEqual(['now b']);
    change(async () => 'b');
    expect(await reloading.current()).toBe('b');
    expect(told, 'nothing else is in use').toEqual(['now b']);
  });

  it('rejects where nothing has been loaded yet, and tries again', async () => {
    const { reloading, change } = scripted();
    change(async () => {
      throw new Error('missing');
    });
    await expect(reloading.current()).rejects.toThrow('missing');
    change(async () => 'a');
    expect(await reloading.current()).toBe('a');
  });

  it('keeps what it has where the new one cannot be loaded, and tries that again after a while', async () => {
    const { reloading, change, later, told } = scripted();
    await reloading.current();
    change(async () => {
      throw new Error('damaged');
    });
    expect(await reloading.current()).toBe('a');
    expect(await reloading.current()).toBe('a');
    expect(told).toEqual(['failed damaged']);
    later(30_001);
    expect(await reloading.current()).toBe('a');
    expect(told).toEqual(['failed damaged', 'failed damaged']);
    change(async () => 'b');
    expect(await reloading.current()).toBe('b');
  });

  it('does not take for new what was read before a change', async () => {
    const { reloading, change } = scripted();
    await reloading.current();
    const slow = Promise.withResolvers<string>();
    change(() => slow.promise);
    const first = reloading.current();
    change(async () => 'c');
    slow.resolve('b');
    expect(await first).toBe('b');
    expect(await reloading.current()).toBe('c');
  });

  it('hears of nothing once it is closed', () => {
    const { reloading, listeners } = scripted();
    reloading.close();
    expect(listeners.size).toBe(0);
  });
});

describe('the watch over a models folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framegate-watch-'));
    await writeFile(join(folder, 'manifest.json'), '{}');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const replace = async (name: string, text: string) => {
    await writeFile(join(folder, `${name}.new`), text);
    await rename(join(folder, `${name}.new`), join(folder, name));
  };

  test.each([
    ['by polls alone', 20],
    ['by events of the file system', 3_600_000],
  ])('tells of each replacement, %s', async (_, pollMs) => {
    const watch = watchModels(folder, { pollMs });
    await watch.looked();
    try {
      for (const [name, text] of [
        ['active.json', '{"models":{}}'],
        ['manifest.json', '{"models":[]}'],
        ['active.json', '{"models": {}}'],
      ] as const) {
        const changed = new Promise<void>((resolve) => {
          const unwatch = watch.onChange(() => {
            unwatch();
            resolve();
          });
        });
        await replace(name, text);
        await changed;
      }
    } finally {
      watch.close();
    }
  });

  it('tells of nothing where a file beside them changes, nor when it is closed', async () => {
    const watch = watchModels(folder, { pollMs: 3_600_000 });
    await watch.looked();
    let changes = 0;
    watch.onChange(() => {
      changes++;
    });
    await replace('other.json', '{}');
    await watch.looked();
    watch.close();
    await replace('active.json', '{"models":  {}}');
    await watch.looked();
    expect(changes).toBe(0);
  });
});
