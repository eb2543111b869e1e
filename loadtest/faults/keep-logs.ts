import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../cluster/types.ts';

/** Copies what the processes wrote, before their folder goes. Gives where. */
export async function keepLogs(cluster: Cluster, artifactsFolder: string, name: string): Promise<string> {
  const folder = join(artifactsFolder, name);
  await mkdir(folder, { recursive: true });
  const logs = [
    join(cluster.folder, 'logs'),
    ...cluster.of('nats').map((server) => join(cluster.folder, server.name, 'logs')),
  ];
  for (const log of logs) {
    await cp(log, folder, { recursive: true }).catch((thrown: NodeJS.ErrnoException) => {
      // One NATS server writes beside the others.
      if (thrown.code !== 'ENOENT') throw thrown;
    });
  }
  return folder;
}
