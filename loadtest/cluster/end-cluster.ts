import { rm } from 'node:fs/promises';
import type { Reaper } from './reaper.ts';
import type { ClusterProcess, ProcessKind } from './types.ts';

/** Roles before the servers that they flush to. */
const ORDER: readonly (readonly ProcessKind[])[] = [
  ['edge'],
  ['worker', 'sink'],
  ['nats', 'redis', 'clickhouse'],
];
const PATIENCE_MS = 12_000;

export interface EndCluster {
  readonly processes: readonly ClusterProcess[];
  readonly folder: string;
  readonly reaper: Reaper;
}

/** Ends everything in order, by force what does not end by itself, and removes the folder. */
export async function endCluster({ processes, folder, reaper }: EndCluster): Promise<void> {
  for (const kinds of ORDER) {
    await Promise.all(processes.filter(({ kind }) => kinds.includes(kind)).map(endProcess));
  }
  reaper.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function endProcess(one: ClusterProcess): Promise<void> {
  const ended = one.terminate();
  // A stopped process has the SIGTERM delivered once it goes on.
  one.signal('SIGCONT');
  const timer = setTimeout(() => one.signal('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
}
