import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const runSchema = z.object({
  pid: z.number().int().positive(),
  url: z.string(),
  apiUrl: z.string(),
  natsUrl: z.string(),
  redisUrl: z.string(),
  clickHouseUrl: z.string(),
});

/** Where a running `framegate up` can be reached, for the other commands in the same folder. */
export type RunInfo = z.infer<typeof runSchema>;

const FILE_NAME = 'run.json';

export function writeRunFile(dataFolder: string, info: RunInfo): void {
  const path = join(dataFolder, FILE_NAME);
  writeFileSync(`${path}.new`, `${JSON.stringify(info, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

export function removeRunFile(dataFolder: string): void {
  rmSync(join(dataFolder, FILE_NAME), { force: true });
}

/** The `framegate up` that runs on this data folder, or null; a file that a killed one left behind does not count. */
export function findRunning(dataFolder: string): RunInfo | null {
  try {
    const info = runSchema.parse(JSON.parse(readFileSync(join(dataFolder, FILE_NAME), 'utf8')));
    process.kill(info.pid, 0);
    return info;
  } catch {
    return null;
  }
}
