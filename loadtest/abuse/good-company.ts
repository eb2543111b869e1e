import { connectWire, HELLO, openSession } from '../../test/support/wire-client.ts';
import type { BenchFrame } from '../bench/frames.ts';

/** What those noticed who did nothing wrong. */
export interface CompanyReport {
  readonly answered: number;
  readonly latencyMs: readonly number[];
  /** Frames that were not answered with the next feedback, and sessions that ended. */
  readonly broken: number;
  /** From connect to welcome, of those who came during it. */
  readonly welcomeMs: readonly number[];
  /** Newcomers who were not let in. */
  readonly turnedAway: number;
}

const FRAME_INTERVAL_MS = 150;
const NEWCOMER_INTERVAL_MS = 250;
const WELCOME_TIMEOUT_MS = 3000;
const RETRY_MS = 300;

/** One session that streams, and newcomers one after the other, until `finish`. */
export async function keepGoodCompany(port: number, frames: readonly BenchFrame[]) {
  const latencyMs: number[] = [];
  const welcomeMs: number[] = [];
  let [broken, turnedAway, finished] = [0, 0, false];

  async function stream(): Promise<void> {
    const client = await openSession(port);
    for (let seq = 1; !finished; seq++) {
      const frame = frames[seq % frames.length]!;
      const sentMs = performance.now();
      client.sendFrame(seq, { ...frame, format: 'jpeg' });
      const feedback = await client.next('feedback');
      if (feedback.seq !== seq || feedback.verdict === 'skipped' || feedback.verdict === 'error') broken += 1;
      const tookMs = performance.now() - sentMs;
      latencyMs.push(tookMs);
      await pause(Math.max(0, FRAME_INTERVAL_MS - tookMs));
    }
    client.send({ type: 'bye', reason: 'done' });
    await client.closed;
  }

  async function arrive(): Promise<void> {
    const client = await connectWire(port);
    client.send(HELLO);
    await client.next('welcome');
    client.send({ type: 'bye', reason: 'done' });
    await client.closed;
  }

  /** Tries again as the SDK does, and counts as turned away who is not in after some seconds. */
  async function newcomers(): Promise<void> {
    while (!finished) {
      const startMs = performance.now();
      const deadlineMs = startMs + WELCOME_TIMEOUT_MS;
      let isIn = false;
      while (!isIn && performance.now() < deadlineMs) {
        isIn = await Promise.race([arrive(), tooLate(deadlineMs)]).then(
          () => true,
          () => false,
        );
        if (!isIn) await pause(RETRY_MS);
      }
      if (isIn) welcomeMs.push(performance.now() - startMs);
      else turnedAway += 1;
      await pause(NEWCOMER_INTERVAL_MS);
    }
  }

  const streaming = stream().catch(() => {
    broken += 1;
  });
  const arriving = newcomers();
  return {
    async finish(): Promise<CompanyReport> {
      finished = true;
      await Promise.all([streaming, arriving]);
      return { answered: latencyMs.length, latencyMs, broken, welcomeMs, turnedAway };
    },
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Rejects at the deadline. */
async function tooLate(deadlineMs: number): Promise<never> {
  await pause(deadlineMs - performance.now());
  throw new Error('no welcome in time');
}
