import type { LagMeter } from './lag-meter.ts';
import { admit, initialPaceState, type NodeLoad, type Pace, type SessionPace, stepPace } from './pace.ts';
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
/** The others make room for newcomers this much later, for all that have come by then at once. */
const MAKE_ROOM_MS = 100;

interface Paced {
  readonly id: string;
  readonly meter: LagMeter;
  isNew: boolean;
  offeredFps: number;
  lagMs: number;
}

/** Looks at the node once a second while it has sessions, and tells those whose pace changes. */
export function createPacer({ clock, maxFps, node, tell }: PacerDeps): Pacer {
  const paced = new Map<string, Paced>();
  let { headroom, division } = initialPaceState;
  let sessions = new Map<string, SessionPace>();
  let measuredAtMs = clock.nowMs();
  let cancelMeasure: (() => void) | null = null;
  let cancelMakeRoom: (() => void) | null = null;

  function adjust(): void {
    cancelMakeRoom?.();
    cancelMakeRoom = null;
    const before = { headroom, sessions, division };
    const stepped = stepPace(before, node(), [...paced.values()], { atMs: clock.nowMs(), maxFps });
    ({ headroom, division, sessions } = stepped.state);
    for (const { id, pace } of stepped.changed) tell(id, pace);
  }

  function measure(): void {
    const atMs = clock.nowMs();
    const seconds = Math.max(1, atMs - measuredAtMs) / 1000;
    measuredAtMs = atMs;
    for (const session of paced.values()) {
      const { frames, lagMs } = session.meter.take();
      // One that came a moment ago is given until the next look to begin.
      if (frames > 0 || !session.isNew) session.offeredFps = frames / seconds;
      session.isNew = false;
      session.lagMs = lagMs;
    }
  }

  function schedule(): void {
    cancelMeasure = clock.setTimer(INTERVAL_MS, () => {
      measure();
      adjust();
      schedule();
    });
  }

  return {
    add(sessionId, meter) {
      if (paced.size === 0) {
        measuredAtMs = clock.nowMs();
        schedule();
      }
      paced.set(sessionId, {
        id: sessionId,
        meter,
        isNew: true,
        offeredFps: Number.POSITIVE_INFINITY,
        lagMs: 0,
      });
      // Also one that is resumed here: its new connection has not been told its pace.
      const admitted = admit(division, { atMs: clock.nowMs(), maxFps });
      division = admitted.division;
      sessions.set(sessionId, admitted.session);
      tell(sessionId, admitted.session.pace);
      if (paced.size > 1) cancelMakeRoom ??= clock.setTimer(MAKE_ROOM_MS, adjust);
    },
    remove(sessionId, meter) {
      if (paced.get(sessionId)?.meter !== meter) return;
      paced.delete(sessionId);
      if (paced.size > 0) return;
      cancelMeasure?.();
      // So that the next one finds the node empty.
      adjust();
    },
  };
}
