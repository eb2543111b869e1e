import { createHash } from 'node:crypto';
import { FramegateError } from '../protocol/framegate-error.ts';
import { isKey } from './object-key.ts';
import type { ObjectStorage, StoredObject } from './types.ts';

export type MigrationStep = 'copied' | 'kept' | 'missing' | 'wrong' | 'foreign' | 'gone';

export interface MigrationReport {
  readonly copied: number;
  /** There already, with the same bytes. */
  readonly kept: number;
  /** Keys whose copy is not what was read, or, at a dry run, that a run would copy. */
  readonly wrong: readonly string[];
  /** Names that no object here can have: somebody else's, and not copied. */
  readonly foreign: readonly string[];
}

export interface MigrationOptions {
  readonly from: ObjectStorage;
  readonly to: ObjectStorage;
  readonly prefix: string;
  /** Looks and compares only. */
  readonly dryRun: boolean;
  readonly onObject?: (key: string, what: MigrationStep, done: number) => void;
}

/**
 * Copies every object and reads each back to compare it. Nothing is removed at the source. Begun again after a break it
 * copies what is missing. Rejects with storage-unavailable.
 */
export async function migrateObjects({
  from,
  to,
  prefix,
  dryRun,
  onObject,
}: MigrationOptions): Promise<MigrationReport> {
  let copied = 0;
  let kept = 0;
  let done = 0;
  const wrong: string[] = [];
  const foreign: string[] = [];

  async function migrate(key: string): Promise<MigrationStep> {
    if (!isKey(key)) return 'foreign';
    const object = await objectAt(from, key);
    if (object === null) return 'gone';
    const isThere = async () => {
      const copy = await objectAt(to, key);
      return copy !== null && hashOf(copy.data) === hashOf(object.data);
    };
    if (await isThere()) return 'kept';
    if (dryRun) return 'missing';
    await to.put(key, object.data, object.contentType);
    return (await isThere()) ? 'copied' : 'wrong';
  }

  for await (const { key } of from.list(prefix)) {
    const step = await migrate(key);
    done += 1;
    if (step === 'copied') copied += 1;
    if (step === 'kept') kept += 1;
    if (step === 'missing' || step === 'wrong') wrong.push(key);
    if (step === 'foreign') foreign.push(key);
    onObject?.(key, step, done);
  }
  return { copied, kept, wrong, foreign };
}

async function objectAt(storage: ObjectStorage, key: string): Promise<StoredObject | null> {
  try {
    return await storage.get(key);
  } catch (thrown) {
    if (thrown instanceof FramegateError && thrown.code === 'object-missing') return null;
    throw thrown;
  }
}

function hashOf(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
