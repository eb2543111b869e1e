import { buildClient } from './build-client.ts';
import { readBuildStamp } from './build-stamp.ts';
import { sourceStamp } from './source-stamp.ts';

/** Builds the client where the folder is not what the sources are now. */
export async function ensureBuilt(
  projectFolder: string,
  folder: string,
  report: (stage: string) => void,
): Promise<void> {
  if ((await readBuildStamp(folder)) !== (await sourceStamp(projectFolder)))
    await buildClient(folder, report);
}
