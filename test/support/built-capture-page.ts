import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig, loadConfigFromFile, type UserConfig } from 'vite';

const CLIENT = fileURLToPath(new URL('../../client', import.meta.url));

export interface BuiltPage {
  /** Holds the page and what it loads. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Builds one page of the client alone, as the client's build does. */
export async function buildCapturePage(entry = 'index.html'): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'framegate-capture-page-'));
  const loaded = await loadConfigFromFile(
    { command: 'build', mode: 'production' },
    join(CLIENT, 'vite.config.ts'),
  );
  const client: UserConfig = loaded?.config ?? {};
  const { rolldownOptions: _inputs, ...clientBuild } = client.build ?? {};
  const page: InlineConfig = {
    ...client,
    configFile: false,
    root: CLIENT,
    logLevel: 'error',
    build: {
      ...clientBuild,
      outDir: join(folder, 'page'),
      emptyOutDir: true,
      reportCompressedSize: false,
      rolldownOptions: { input: join(CLIENT, entry) },
    },
  };
  await build(page);
  return {
    folder: join(folder, 'page'),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
