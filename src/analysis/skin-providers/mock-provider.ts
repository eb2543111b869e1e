import { readFile } from 'node:fs/promises';
import { FramegateError, toFramegateError } from '../../protocol/framegate-error.ts';
import { normaliseSkinScores } from './normalise-skin-scores.ts';
import type { SkinProvider, SkinScores } from './types.ts';

/**
 * Gives the scores of one file for every picture: for development without a vendor. The file is read once, now.
 * Rejects with config-invalid where it is not there or is no score file.
 */
export async function openMockProvider(scoreFile: string): Promise<SkinProvider> {
  const scores = await readScores(scoreFile);
  return { name: 'mock', analyse: async () => scores };
}

async function readScores(path: string): Promise<SkinScores> {
  try {
    return normaliseSkinScores(JSON.parse(await readFile(path, 'utf8')));
  } catch (thrown) {
    throw new FramegateError(
      'config-invalid',
      `the score file ${path} of the mock skin provider cannot be used: ${toFramegateError(thrown).message}`,
      { cause: thrown },
    );
  }
}
