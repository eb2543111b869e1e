import { reportError } from '../../src/cli/report-error.ts';

/** Runs a measurement to its end and ends the process: with a text and a code where it fails, at once when interrupted. */
export async function runScript(work: () => Promise<void>): Promise<never> {
  // By way of `exit`, whose listeners take away what was started.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  try {
    await work();
  } catch (thrown) {
    process.exit(reportError(thrown, (text) => process.stderr.write(text)));
  }
  process.exit(0);
}
