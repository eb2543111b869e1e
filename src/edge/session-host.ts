import { CLOSE_CODES } from '../protocol/close-codes.ts';
import { createCodec } from '../protocol/codec.ts';
import { CLIENT_STRUCTURE_LIMITS } from '../protocol/limits.ts';
import { createPacer } from './pacer.ts';
import type { Connection, ConnectionContext, ConnectionHandler } from './ports.ts';
import { createScheduler } from './scheduler.ts';
import { framesWaiting, heldBytes } from './session/holdings.ts';
import type { SessionHostDeps } from './session-host-deps.ts';
import { createSessionRunner, type RunnerSurroundings, type SessionRunner } from './session-runner.ts';

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

const QUEUE_WAIT_SMOOTHING = 0.05;
const BUSY_RETRY_AFTER_MS = 5000;

/** Runs the sessions of one node: parses messages, steps the pure sessions and performs their effects. */
export function createSessionHost(deps: SessionHostDeps): SessionHost {
  const { analyser, clock, settings } = deps;
  const codec = createCodec(CLIENT_STRUCTURE_LIMITS);
  const scheduler = createScheduler({ slots: analyser.concurrency, nowMs: clock.nowMs });
  const runners = new Set<SessionRunner>();
  const bySession = new Map<string, SessionRunner>();
  let whenEmpty: (() => void)[] = [];
  let draining = false;
  let queueWaitMs = 0;

  const pacer = createPacer({
    clock,
    maxFps: settings.limits.maxFps,
    node: () => ({ slots: analyser.concurrency, serviceMs: scheduler.stats().serviceMs, queueWaitMs }),
    tell: (sessionId, pace) => bySession.get(sessionId)?.dispatch({ type: 'pace-changed', pace }),
  });

  const stopListening = deps.resume.onSuperseded(({ sessionId, generation }) => {
    const runner = bySession.get(sessionId);
    const held = runner?.opened();
    if (held && held.generation < generation) runner?.dispatch({ type: 'superseded', flush: false });
  });

  const surroundings: RunnerSurroundings = {
    deps,
    codec,
    scheduler,
    onOpened(runner, { sessionId }) {
      bySession.set(sessionId, runner);
      pacer.add(sessionId, runner.lag);
    },
    onEnded(runner) {
      runners.delete(runner);
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
      queueWaitMs += QUEUE_WAIT_SMOOTHING * (waitedMs - queueWaitMs);
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
      for (const runner of [...runners]) runner.dispatch({ type: 'drain' });
      // A capture whose client has gone may still be trying to reach the bus; it gets as long as the others.
      const cancel = clock.setTimer(settings.timing.drainTimeoutMs + 1000, () => {
        for (const runner of [...runners]) runner.abort();
      });
      await emptied;
      cancel();
    },
    stats() {
      const { utilisation, running } = scheduler.stats();
      const states = [...runners].map((runner) => runner.state());
      return {
        connections: runners.size,
        sessions: states.filter((state) => state.phase === 'live').length,
        framesInWork: running,
        framesWaiting: states.reduce((sum, state) => sum + framesWaiting(state), 0),
        heldBytes: states.reduce((sum, state) => sum + heldBytes(state), 0),
        utilisation,
        queueWaitMs,
      };
    },
    async close() {
      stopListening();
      const saves = [...runners].map((runner) => runner.saved());
      for (const runner of [...runners]) runner.abort();
      await Promise.all(saves);
    },
  };
}
