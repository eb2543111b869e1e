import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PRELOAD = new URL('jumping-clock.mjs', import.meta.url);

/** The wall clock of processes that a test started with its `settings`. */
export interface SettableClock {
  readonly settings: Readonly<Record<string, string>>;
  /** What the processes take the time to be. */
  nowMs(): number;
  /** Sets it by so much off the real time. */
  jumpTo(aheadMs: number): Promise<void>;
  close(): Promise<void>;
}

export function createSettableClock(): SettableClock {
  const file = join(tmpdir(), `framegate-clock-${randomUUID()}`);
  let aheadMs = 0;
  return {
    settings: { NODE_OPTIONS: `--import=${fileURLToPath(PRELOAD)}`, TEST_CLOCK_FILE: file },
    nowMs: () => Date.now() + aheadMs,
    async jumpTo(next) {
      aheadMs = next;
      // By renaming: a thread that reads meanwhile sees the one or the other.
      await writeFile(`${file}.new`, String(aheadMs));
      await rename(`${file}.new`, file);
    },
    close: () => rm(file, { force: true }),
  };
}
