import { setImmediate } from 'node:timers/promises';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Resolves at the first signal to end; a second one ends the process at once. */
export function untilSignal(write: (text: string) => unknown): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        write(`${signal}: finishing what is in hand; once more ends at once\n`);
        resolve();
      });
    }
  });
}

/** Ends the process, also where a library has left a handle open; output that was written is flushed before. */
export async function endProcess(exitCode: number): Promise<never> {
  await setImmediate();
  process.exit(exitCode);
}
