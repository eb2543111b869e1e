import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What image-process.ts says. */
export type ImageReport =
  | { readonly type: 'ready'; readonly images: number; readonly residentMiB: number }
  | { readonly type: 'started'; readonly index: number; readonly name: string }
  | {
      readonly type: 'done';
      readonly index: number;
      readonly outcome: string;
      /** What is not as it has to be, or null. */
      readonly fault: string | null;
      readonly decodeMs: number;
      readonly totalMs: number;
      readonly peakMiB: number;
    }
  | { readonly type: 'unhandled'; readonly reason: string }
  | { readonly type: 'finished'; readonly residentMiB: number };

export interface ImagesOutcome {
  readonly images: number;
  readonly pictures: number;
  readonly crashes: readonly string[];
  readonly faults: readonly string[];
  readonly unhandledRejections: number;
  readonly slowest: { readonly name: string; readonly decodeMs: number };
  readonly hungriest: { readonly name: string; readonly peakMiB: number };
  readonly residentBeforeMiB: number;
  readonly residentAfterMiB: number;
}

/** Longer than any image may take in all its trials: a process that is silent for so long hangs. */
const SILENCE_MS = 60_000;
const MAX_CRASHES = 10;

/** Every crafted image through the decoder, the stripper and the pool of a process; after a crash the next one goes on. */
export async function fuzzImages(say: (line: string) => void, signal?: AbortSignal): Promise<ImagesOutcome> {
  const crashes: string[] = [];
  const faults: string[] = [];
  const slowest = { name: '', decodeMs: 0 };
  const hungriest = { name: '', peakMiB: 0 };
  const resident = { beforeMiB: 0, afterMiB: 0 };
  let images = 0;
  let pictures = 0;
  let unhandledRejections = 0;
  let at = { index: -1, name: 'the start' };
  const state = { isFinished: false };

  function heard(report: ImageReport): void {
    switch (report.type) {
      case 'ready':
        images = report.images;
        resident.beforeMiB = report.residentMiB;
        break;
      case 'started':
        at = report;
        break;
      case 'done': {
        const { outcome, fault, decodeMs, peakMiB } = report;
        if (outcome === 'picture') pictures += 1;
        if (fault !== null) {
          faults.push(`${at.name}: ${fault}`);
          say(`  ✗ ${at.name}: ${fault}`);
        }
        if (decodeMs > slowest.decodeMs) Object.assign(slowest, { name: at.name, decodeMs });
        if (peakMiB > hungriest.peakMiB) Object.assign(hungriest, { name: at.name, peakMiB });
        break;
      }
      case 'unhandled':
        unhandledRejections += 1;
        faults.push(`${at.name}: unhandled ${report.reason}`);
        break;
      case 'finished':
        resident.afterMiB = report.residentMiB;
        state.isFinished = true;
    }
  }

  async function runFrom(first: number): Promise<void> {
    const child = fork(new URL('./image-process.ts', import.meta.url), [String(first)]);
    const kill = () => child.kill('SIGKILL');
    let timer = setTimeout(kill, SILENCE_MS);
    child.on('message', (report) => {
      clearTimeout(timer);
      timer = setTimeout(kill, SILENCE_MS);
      heard(report as ImageReport);
    });
    signal?.addEventListener('abort', kill, { once: true });
    process.once('exit', kill);
    await once(child, 'exit');
    process.off('exit', kill);
    signal?.removeEventListener('abort', kill);
    clearTimeout(timer);
  }

  const isStopped = () => signal?.aborted === true;
  while (!state.isFinished && crashes.length < MAX_CRASHES && !isStopped()) {
    await runFrom(at.index + 1);
    if (!state.isFinished && !isStopped()) {
      crashes.push(at.name);
      say(`  ✗ the process ended at ${at.name}`);
    }
  }
  return {
    images,
    pictures,
    crashes,
    faults,
    unhandledRejections,
    slowest,
    hungriest,
    residentBeforeMiB: resident.beforeMiB,
    residentAfterMiB: resident.afterMiB,
  };
}
