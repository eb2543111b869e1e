import { CLOSE_CODES } from '../protocol/close-codes.ts';
import { createCodec } from '../protocol/codec.ts';
import { CLIENT_STRUCTURE_LIMITS } from '../protocol/limits.ts';
import { createPacer } from './pacer.ts';
import type { Connection, ConnectionContext, ConnectionHandler } from './ports.ts';
import { createRound } from './round.ts';
import { createScheduler } from './scheduler.ts';
import { framesWaiting, heldBytes } from './session/holdings.ts';
import type { SessionHostDeps } from './session-host-deps.ts';
import { createSessionRunner, type RunnerSurroundings, type SessionRunner } from './session-runner.ts';
import { createSessionWarnings } from './session-warnings.ts';
import { createSubjectCounts } from './subject-counts.ts';

export type { ConnectionHandler } from './ports.ts';
export type { SessionHostDeps } from './session-host-deps.ts';

export interface SessionHostStats {
  readonly connections: number;
  /** Connections past `welcome`. */
  readonly sessions: number;
  readonly framesInWork: number;
  readonly framesWaiting: number;
  /** Bytes of frames and stills that sessions hold now. */
  readonly heldBytes: number;
  /** 0..1, smoothed share of the analyser's slots in use. */
  readonly utilisation: number;
  /** Smoothed wait between a frame's arrival and its start. */
  readonly queueWaitMs: number;
}

export interface SessionHost {
  accept(connection: Connection, context: ConnectionContext): ConnectionHandler;
  /** Tells every session to resume elsewhere once its work in hand is finished; resolves when all are closed. */
  drain(): Promise<void>;
  stats(): SessionHostStats;
  /** Ends what is left at once. */
  close(): Promise<void>;
}

/** Weight of the newest frame in smoothed figures. */
const SMOOTHING = 0.05;
/** Every session is looked at this often for whether its save failed or gets old. */
const SAVE_ROUND_MS = 10_000;
const BUSY_RETRY_AFTER_MS = 5000;
/** 160 sessions a second, and never more than this share of the time that a stopping node has. */
const DRAIN_PER_STEP = 4;
const DRAIN_STEP_MS = 25;
const DRAIN_SPREAD = 1 / 2;

/** Runs the sessions of one node: parses messages, steps the pure sessions and performs their effects. */
export function createSessionHost(deps: SessionHostDeps): SessionHost {
  const { analyser, clock, settings } = deps;
  const codec = createCodec(CLIENT_STRUCTURE_LIMITS);
  const scheduler = createScheduler({ slots: analyser.concurrency, nowMs: clock.nowMs });
  const runners = new Set<SessionRunner>();
  const bySession = new Map<string, SessionRunner>();
  const subjects = createSubjectCounts<SessionRunner>(settings.maxSessionsPerSubject);
  let whenEmpty: (() => void)[] = [];
  let draining = false;
  let queueWaitMs = 0;
  let serviceMs = 0;

  const pacer = createPacer({
    clock,
    maxFps: settings.limits.maxFps,
    node: () => ({ threads: analyser.threads, serviceMs, queueWaitMs }),
    tell: (sessionId, pace) => bySession.get(sessionId)?.dispatch({ type: 'pace-changed', pace }),
  });

  const stopListening = deps.resume.onSuperseded(({ sessionId, generation }) => {
    const runner = bySession.get(sessionId);
    const held = runner?.opened();
    if (held && held.generation < generation) runner?.dispatch({ type: 'superseded', flush: false });
  });

  const saves = createRound<SessionRunner>({
    periodMs: SAVE_ROUND_MS,
    setTimer: clock.setTimer,
    visit: (runner) => runner.keepSaved(),
  });

  const surroundings: RunnerSurroundings = {
    deps,
    warnings: createSessionWarnings(deps.logger, clock),
    codec,
    scheduler,
    admitSubject: (runner, subject, resumed) =>
      subject === null ||
      subjects.enter(runner, subject, resumed === undefined ? undefined : bySession.get(resumed)),
    onOpened(runner, { sessionId }) {
      bySession.set(sessionId, runner);
      pacer.add(sessionId, runner.lag);
      saves.add(runner);
    },
    onEnded(runner) {
      runners.delete(runner);
      subjects.leave(runner);
      saves.remove(runner);
      const sessionId = runner.opened()?.sessionId;
      if (sessionId !== undefined) {
        pacer.remove(sessionId, runner.lag);
        // A newer connection of the session may stand in its place.
        if (bySession.get(sessionId) === runner) bySession.delete(sessionId);
      }
      if (runners.size > 0) return;
      for (const resolve of whenEmpty) resolve();
      whenEmpty = [];
    },
    onFrameStarted(waitedMs) {
      queueWaitMs += SMOOTHING * (waitedMs - queueWaitMs);
    },
    onFrameAnalysed({ decodeMs, inferMs, appearanceMs }) {
      const workMs = decodeMs + inferMs + appearanceMs;
      serviceMs = serviceMs === 0 ? workMs : serviceMs + SMOOTHING * (workMs - serviceMs);
    },
    async yieldSession({ sessionId, tokenHash, subject }) {
      const holder = bySession.get(sessionId);
      const held = holder?.opened();
      if (holder === undefined || held?.tokenHash !== tokenHash || held.subject !== subject) return;
      holder.dispatch({ type: 'superseded', flush: true });
      await holder.saved();
    },
  };

  function turnAway(connection: Connection): ConnectionHandler {
    const message = 'this node has as many sessions as it takes';
    const error = { type: 'error', code: 'server-busy', message, retryable: true } as const;
    deps.observer?.errorSent(error.code);
    // After the gateway has its handler: closing may call back at once.
    queueMicrotask(() => {
      connection.send(codec.encode({ ...error, retryAfterMs: BUSY_RETRY_AFTER_MS }));
      connection.close(CLOSE_CODES.busy.code, CLOSE_CODES.busy.name);
    });
    return { onMessage() {}, onText() {}, onDrain() {}, onClose() {}, onRoundTrip() {} };
  }

  /**
   * A few at a time, no more a second than the next node has places for before their hello; who has not been told yet is still guided here.
   * Gives the time that it takes in all.
   */
  function sendAway(leaving: readonly SessionRunner[]): number {
    const mostSteps = Math.floor((settings.timing.drainTimeoutMs * DRAIN_SPREAD) / DRAIN_STEP_MS);
    const perStep = Math.max(DRAIN_PER_STEP, Math.ceil(leaving.length / Math.max(1, mostSteps)));
    const step = (from: number): void => {
      for (const runner of leaving.slice(from, from + perStep)) runner.dispatch({ type: 'drain' });
      if (from + perStep < leaving.length) clock.setTimer(DRAIN_STEP_MS, () => step(from + perStep));
    };
    step(0);
    return Math.floor(leaving.length / perStep) * DRAIN_STEP_MS;
  }

  return {
    accept(connection, context) {
      if (runners.size >= settings.maxConnections) return turnAway(connection);
      const runner = createSessionRunner(surroundings, connection, context);
      runners.add(runner);
      if (draining) queueMicrotask(() => runner.dispatch({ type: 'drain' }));
      return runner.handler;
    },
    async drain() {
      draining = true;
      const emptied =
        runners.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => whenEmpty.push(resolve));
      const spreadMs = sendAway([...runners]);
      // A capture whose client has gone may still be trying to reach the bus; it gets as long as the others.
      const cancel = clock.setTimer(settings.timing.drainTimeoutMs + spreadMs + 1000, () => {
        for (const runner of [...runners]) runner.abort();
      });
      await emptied;
      cancel();
    },
    stats() {
      const { utilisation, running } = scheduler.stats();
      const sums = { sessions: 0, framesWaiting: 0, heldBytes: 0 };
      for (const runner of runners) {
        const state = runner.state();
        if (state.phase === 'live') sums.sessions += 1;
        sums.framesWaiting += framesWaiting(state);
        sums.heldBytes += heldBytes(state);
      }
      return {
        connections: runners.size,
        framesInWork: running,
        ...sums,
        utilisation,
        queueWaitMs,
      };
    },
    async close() {
      stopListening();
      saves.close();
      const left = [...runners].map((runner) => runner.saved());
      for (const runner of [...runners]) runner.abort();
      await Promise.all(left);
    },
  };
}
