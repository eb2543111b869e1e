import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readBuildStamp } from '../../../client/build/build-stamp.ts';
import { sourceStamp } from '../../../client/build/source-stamp.ts';
import { FramegateError, toFramegateError } from '../../protocol/framegate-error.ts';
import { type ProgressOutput, progressLine } from '../progress-line.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** The folder that is framegate's own to build. */
export const CLIENT_FOLDER = join(PROJECT, 'dist', 'client');
const BUILD = join(PROJECT, 'client/build/build-client.ts');

export type ClientState = 'current' | 'outdated' | 'missing';

/** How a folder with a built client stands to the sources beside this program; one that is not theirs is as it should be. */
export async function clientState(folder: string): Promise<ClientState> {
  if (!existsSync(join(folder, 'index.html'))) return 'missing';
  const built = await readBuildStamp(folder);
  if (folder !== CLIENT_FOLDER && built === null) return 'current';
  if (built === null) return 'missing';
  return built === (await sourceStamp(PROJECT)) ? 'current' : 'outdated';
}

/** Whether an edge that starts builds this folder where it is not current. */
export function isBuiltAtStart(folder: string): boolean {
  return folder === CLIENT_FOLDER && canBuild();
}

function canBuild(): boolean {
  return existsSync(BUILD) && existsSync(join(PROJECT, 'node_modules/vite/package.json'));
}

/**
 * Builds the client in a process of its own, so that what Vite needs is not carried on by a server. Rejects with
 * dependency-missing or client-build-failed.
 */
export async function runClientBuild(folder: string, output: ProgressOutput): Promise<void> {
  if (!canBuild()) {
    throw new FramegateError(
      'dependency-missing',
      'the client is built by Vite, which is not installed: npm ci',
    );
  }
  const line = progressLine(output);
  const child = spawn(process.execPath, [BUILD, '--out', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  createInterface({ input: child.stdout }).on('line', (stage) => line.show(`building the client: ${stage}`));
  const [exitCode] = await once(child, 'close');
  line.done();
  if (exitCode !== 0) {
    throw new FramegateError('client-build-failed', `the client was not built\n${errors.trim()}`);
  }
}

/**
 * Before an edge starts: builds the client where it is not there or its sources have changed. A folder that is not
 * framegate's own, or an installation that can't build, is left as it is; and so it is when building fails, for guidance
 * needs no page.
 */
export async function ensureClient(folder: string, output: ProgressOutput): Promise<void> {
  if (!isBuiltAtStart(folder) || (await clientState(folder)) === 'current') return;
  try {
    await runClientBuild(folder, output);
  } catch (thrown) {
    const what =
      (await readBuildStamp(folder)) === null ? 'no page is served' : 'the earlier build is served';
    output.write(`${toFramegateError(thrown).message}\n${what}\n`);
  }
}
