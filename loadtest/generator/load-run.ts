import { setTimeout as pause } from 'node:timers/promises';
import type { LoadSecond } from '../report/load-report.ts';
import { createRunClock, type Interval } from './interval.ts';
import type { PictureLibrary } from './pictures.ts';
import type { SessionPlan } from './session-plan.ts';
import { type Generator, startGenerator } from './start-generator.ts';
import { createTally, type Tally } from './tally.ts';
import { createTimeline } from './timeline.ts';

/** One load test while it runs: clients, and what has been seen of them. */
export interface LoadRun extends Pick<Generator, 'cut' | 'setFps'> {
  /** Milliseconds since its beginning. */
  nowMs(): number;
  open(plans: readonly SessionPlan[], perSecond: number): Promise<void>;
  /** From now on things count; the ramp does not. */
  beginMeasuring(): Promise<void>;
  /** Counts what happens in so many milliseconds, or until the signal. */
  during(ms: number): Promise<Tally>;
  /** Ends the measuring: what comes later is not counted. */
  endMeasuring(): Promise<Measured>;
  /** For a run that is cut short: what was measured, or where measuring had not begun, all there is. */
  soFar(): Promise<Measured>;
  seconds(): LoadSecond[];
  /** Of the measured time so far. */
  readonly measured: Tally;
  /** Of all time: what happened while ramping up too. */
  readonly all: Tally;
  readonly isMeasuring: boolean;
  readonly sessions: number;
  /** Indices of the sessions that send frames. */
  readonly streaming: readonly number[];
  /** As of the last interval; `flush` brings it up to date. */
  readonly openSessions: number;
  readonly unanswered: number;
  flush(): Promise<void>;
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

/** What was measured, and from when to when on the run's clock. */
export interface Measured {
  readonly tally: Tally;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface LoadRunOptions {
  readonly threads: number;
  readonly library: PictureLibrary;
  readonly signal: AbortSignal;
  /** Each whole second, for the progress line. */
  readonly onSecond?: (second: LoadSecond, all: Tally) => void;
  /** When the measured time begins, and when it ends. */
  readonly onMeasuring?: (state: 'begins' | 'ends') => void;
}

export function startLoadRun({ threads, library, signal, onSecond, onMeasuring }: LoadRunOptions): LoadRun {
  const beganAtMs = performance.timeOrigin + performance.now();
  const nowMs = createRunClock(beganAtMs);
  const timeline = createTimeline(threads);
  const all = createTally();
  let measured: Tally = createTally();
  let window: Tally | null = null;
  let isMeasuring = false;
  let fromMs = 0;
  let sessions = 0;
  const streaming: number[] = [];
  const states = new Map<number, Pick<Interval, 'openSessions' | 'unanswered'>>();
  const sumOf = (name: 'openSessions' | 'unanswered') =>
    [...states.values()].reduce((sum, state) => sum + state[name], 0);
  let toldSecond = -1;
  const generator = startGenerator({ threads, library, beganAtMs, onInterval: take });

  function take(interval: Interval, thread: number): void {
    all.add(interval);
    states.set(thread, interval);
    timeline.add(interval, thread);
    if (isMeasuring) measured.add(interval);
    window?.add(interval);
    const latest = timeline.latest();
    if (latest === null || latest.atMs <= toldSecond) return;
    toldSecond = latest.atMs;
    onSecond?.(latest, all);
  }

  return {
    nowMs,
    signal,
    all,
    get measured() {
      return measured;
    },
    get isMeasuring() {
      return isMeasuring;
    },
    get sessions() {
      return sessions;
    },
    streaming,
    get openSessions() {
      return sumOf('openSessions');
    },
    get unanswered() {
      return sumOf('unanswered');
    },
    flush: generator.flush,
    cut: generator.cut,
    setFps: generator.setFps,
    seconds: timeline.seconds,
    async open(plans, perSecond) {
      sessions += plans.length;
      for (const { index, fps } of plans) if (fps !== 0) streaming.push(index);
      await generator.open(plans, perSecond);
    },
    async beginMeasuring() {
      await generator.flush();
      measured = createTally();
      isMeasuring = true;
      fromMs = nowMs();
      onMeasuring?.('begins');
    },
    async during(ms) {
      await generator.flush();
      const tally = createTally();
      window = tally;
      await pausedOrEnded(ms, signal);
      await generator.flush();
      window = null;
      return tally;
    },
    async endMeasuring() {
      await generator.flush();
      isMeasuring = false;
      const untilMs = nowMs();
      onMeasuring?.('ends');
      return { tally: measured, fromMs, untilMs };
    },
    async soFar() {
      await generator.flush();
      const hasBegun = fromMs > 0;
      return { tally: hasBegun ? measured : all, fromMs, untilMs: nowMs() };
    },
    close: generator.close,
  };
}

/** Sleeps; an interrupt ends it early and is no error: what there is by then is reported. */
export async function pausedOrEnded(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {});
}
