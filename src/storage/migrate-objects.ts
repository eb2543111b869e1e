import { createHash } from 'node:crypto';
import type { ObjectStorage } from './types.ts';

export interface MigrationReport {
  readonly copied: number;
  /** There already, with the same bytes. */
  readonly kept: number;
  /** Keys whose copy is not what was read. */
  readonly wrong: readonly string[];
}

export interface MigrationOptions {
  readonly from: ObjectStorage;
  readonly to: ObjectStorage;
  readonly prefix: string;
  /** Looks and compares only. */
  readonly dryRun: boolean;
  readonly onObject?: (key: string, what: 'copied' | 'kept' | 'missing' | 'wrong', done: number) => void;
}

/**
 * Copies every object and reads each back to compare it. Nothing is removed at the source. Begun again after a break it
 * copies what is missing.
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
  for await (const { key } of from.list(prefix)) {
    const { data, contentType } = await from.get(key);
    const hash = hashOf(data);
    done += 1;
    if ((await hashAt(to, key)) === hash) {
      kept += 1;
      onObject?.(key, 'kept', done);
    } else if (dryRun) {
      wrong.push(key);
      onObject?.(key, 'missing', done);
    } else {
      await to.put(key, data, contentType);
      const isRight = (await hashAt(to, key)) === hash;
      if (isRight) copied += 1;
      else wrong.push(key);
      onObject?.(key, isRight ? 'copied' : 'wrong', done);
    }
  }
  return { copied, kept, wrong };
}

async function hashAt(storage: ObjectStorage, key: string): Promise<string | null> {
  try {
    return hashOf((await storage.get(key)).data);
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'object-missing') return null;
    throw thrown;
  }
}

function hashOf(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
