import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where a file or folder of the optional test data lies, or null where the data is not on this machine. */
export function sharedData(path: string): string | null {
  const root =
    process.env.FRAMEGATE_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
  const full = `${root}/${path}`;
  return existsSync(full) ? full : null;
}
