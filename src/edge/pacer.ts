import type { LagMeter } from './lag-meter.ts';
import { initialPaceState, type NodeLoad, type Pace, type SessionLoad, stepPace } from './pace.ts';
import type { Clock } from './ports.ts';

export interface PacerDeps {
  readonly clock: Clock;
  readonly maxFps: number;
  readonly node: () => NodeLoad;
  readonly tell: (sessionId: string, pace: Pace) => void;
}

export interface Pacer {
  /** Gives the session its first pace at once: it should not begin faster than its share. */
  add(sessionId: string, lag: LagMeter): void;
  remove(sessionId: string, lag: LagMeter): void;
}

const INTERVAL_MS = 1000;

/** Looks at the node once a second while it has sessions, and tells those whose pace changes. */
export function createPacer({ clock, maxFps, node, tell }: PacerDeps): Pacer {
  const meters = new Map<string, LagMeter>();
  let loads = new Map<string, SessionLoad>();
  let state = initialPaceState;
  let measuredAtMs = clock.nowMs();
  let cancelTimer: (() => void) | null = null;

  function adjust(): void {
    const stepped = stepPace(state, node(), [...loads.values()], { atMs: clock.nowMs(), maxFps });
    state = stepped.state;
    for (const { id, pace } of stepped.changed) tell(id, pace);
  }

  function measure(): void {
    const atMs = clock.nowMs();
    const seconds = Math.max(1, atMs - measuredAtMs) / 1000;
    measuredAtMs = atMs;
    const measured = [...meters].map(([id, meter]): [string, SessionLoad] => {
      const { frames, lagMs } = meter.take();
      return [id, { id, offeredFps: frames / seconds, lagMs }];
    });
    loads = new Map(measured);
  }

  function schedule(): void {
    cancelTimer = clock.setTimer(INTERVAL_MS, () => {
      measure();
      adjust();
      schedule();
    });
  }

  return {
    add(sessionId, lag) {
      if (meters.size === 0) {
        measuredAtMs = clock.nowMs();
        schedule();
      }
      meters.set(sessionId, lag);
      loads.set(sessionId, { id: sessionId, offeredFps: 0, lagMs: 0 });
      // A session that is resumed here comes over a new connection, which has not been told its pace.
      const sessions = new Map(state.sessions);
      sessions.delete(sessionId);
      state = { ...state, sessions };
      adjust();
    },
    remove(sessionId, lag) {
      if (meters.get(sessionId) !== lag) return;
      meters.delete(sessionId);
      loads.delete(sessionId);
      if (meters.size === 0) cancelTimer?.();
    },
  };
}
