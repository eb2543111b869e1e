/** How fast, how large and how fine clients are asked to send. Pure. */

export interface Pace {
  readonly maxFps: number;
  readonly quality: number;
  readonly maxEdge: number;
}

export interface NodeLoad {
  /** That work side by side. */
  readonly threads: number;
  /** Smoothed time that a thread works on one frame; 0 while unknown. */
  readonly serviceMs: number;
  /** Smoothed wait for a slot. */
  readonly queueWaitMs: number;
}

export interface SessionLoad {
  readonly id: string;
  /** Frames a second that arrived lately; Infinity for one that has not had the time to send any. */
  readonly offeredFps: number;
  /** Delay of the way up beyond the line's own. */
  readonly lagMs: number;
}

export interface SessionPace {
  readonly pace: Pace;
  readonly changedAtMs: number;
  /** Index into RUNGS. */
  readonly rung: number;
  readonly rungChangedAtMs: number;
  /** Since when the lag has been low; null while it is not. */
  readonly calmSinceMs: number | null;
}

export interface PaceState {
  /** Share of the computed capacity that is handed out; falls while frames wait too long. */
  readonly headroom: number;
  readonly sessions: ReadonlyMap<string, SessionPace>;
  readonly division: Division;
}

/** How the node is divided. */
export interface Division {
  readonly capacityFps: number;
  readonly sessions: number;
  /** What is left when the modest have what they want, and how many share it. */
  readonly leftFps: number;
  readonly sharers: number;
}

export interface PaceStep {
  readonly state: PaceState & { readonly sessions: Map<string, SessionPace> };
  readonly changed: readonly { readonly id: string; readonly pace: Pace }[];
}

const UNKNOWN: Division = {
  capacityFps: Number.POSITIVE_INFINITY,
  sessions: 0,
  leftFps: Number.POSITIVE_INFINITY,
  sharers: 0,
};

export const initialPaceState: PaceState = { headroom: 1, sessions: new Map(), division: UNKNOWN };

/** Below this nobody can be guided; a node that cannot give it skips frames, fairly, instead. */
export const FLOOR_FPS = 2;

/** For a link that backs up. The mesh needs about 40 px between the eyes, which bounds how small a frame may get. */
const RUNGS = [
  { quality: 80, maxEdge: 512, fpsShare: 1 },
  { quality: 70, maxEdge: 448, fpsShare: 0.75 },
  { quality: 60, maxEdge: 384, fpsShare: 0.5 },
] as const;

const LAGGING_MS = 250;
const CALM_MS = 80;
/** The effect of a rung shows after the frames under way have arrived. */
const RUNG_DOWN_PAUSE_MS = 2000;
const RUNG_UP_CALM_MS = 8000;

/** Slower at once from this change on, faster only after a pause and by at most a half: the two must not chase each other. */
const DOWN_BELOW = 0.9;
const UP_ABOVE = 1.15;
const UP_PAUSE_MS = 3000;
const UP_BY_AT_MOST = 1.5;

/** A session that sends this share of what it may would send more. */
const WANTS_MORE = 0.8;
const LEAST_HEADROOM = 0.8;

/** One look at the node, about once a second. A session that is not in `sessions` is forgotten. */
export function stepPace(
  state: PaceState,
  node: NodeLoad,
  sessions: readonly SessionLoad[],
  limits: { readonly atMs: number; readonly maxFps: number },
): PaceStep {
  const headroom = nextHeadroom(state.headroom, node);
  const division = divide(state, node, headroom, sessions, limits.maxFps);
  const shareFps = shareOf(division, limits.maxFps);
  const next = new Map<string, SessionPace>();
  const changed: { id: string; pace: Pace }[] = [];
  for (const session of sessions) {
    const before = state.sessions.get(session.id);
    const after =
      before === undefined
        ? newcomer(shareFps, limits.atMs)
        : adjusted(before, session, shareFps, limits.atMs, limits.maxFps);
    next.set(session.id, after);
    if (before === undefined || after.pace !== before.pace)
      changed.push({ id: session.id, pace: after.pace });
  }
  return { state: { headroom, sessions: next, division }, changed };
}

/**
 * The first pace of a session that comes between two looks, without looking at all the others: ten thousand may come
 * in one storm. It is never above what the next look would give it.
 */
export function admit(
  division: Division,
  limits: { readonly atMs: number; readonly maxFps: number },
): { division: Division; session: SessionPace } {
  const next = { ...division, sessions: division.sessions + 1, sharers: division.sharers + 1 };
  // Two bounds from below: the others keep all that they want, or all want all there is.
  const shareFps = Math.max(next.leftFps / next.sharers, next.capacityFps / next.sessions);
  return { division: next, session: newcomer(clamp(shareFps, FLOOR_FPS, limits.maxFps), limits.atMs) };
}

function nextHeadroom(headroom: number, { queueWaitMs, serviceMs }: NodeLoad): number {
  if (serviceMs === 0) return 1;
  if (queueWaitMs > 2 * serviceMs) return Math.max(LEAST_HEADROOM, headroom * 0.95);
  return queueWaitMs < serviceMs ? Math.min(1, headroom * 1.02) : headroom;
}

/**
 * Parts sessions that get all they want from those that share the rest, so that the offered load is what the node can
 * do if nobody sends more than the share (max-min fair).
 */
function divide(
  state: PaceState,
  node: NodeLoad,
  headroom: number,
  sessions: readonly SessionLoad[],
  maxFps: number,
): Division {
  if (node.serviceMs === 0) return UNKNOWN;
  const capacityFps = ((node.threads * 1000) / node.serviceMs) * headroom;
  let leftFps = capacityFps;
  let sharers = sessions.length;
  const wishes = Float64Array.from(sessions, (session) => wishFps(state, session, maxFps)).sort();
  for (const wish of wishes) {
    if (wish > leftFps / sharers) break;
    leftFps -= wish;
    sharers -= 1;
  }
  return { capacityFps, sessions: sessions.length, leftFps, sharers };
}

function shareOf({ leftFps, sharers }: Division, maxFps: number): number {
  return sharers === 0 ? maxFps : clamp(leftFps / sharers, FLOOR_FPS, maxFps);
}

function wishFps(state: PaceState, { id, offeredFps }: SessionLoad, maxFps: number): number {
  const allowedFps = state.sessions.get(id)?.pace.maxFps;
  if (allowedFps === undefined || offeredFps >= WANTS_MORE * allowedFps) return maxFps;
  // Nothing is kept for those that send nothing: ten thousand of them would leave nothing for one that does.
  return offeredFps === 0 ? 0 : Math.min(maxFps, Math.max(FLOOR_FPS, offeredFps));
}

function newcomer(shareFps: number, atMs: number): SessionPace {
  const { quality, maxEdge } = RUNGS[0];
  return {
    pace: { maxFps: rounded(shareFps), quality, maxEdge },
    changedAtMs: atMs,
    rung: 0,
    rungChangedAtMs: atMs,
    calmSinceMs: null,
  };
}

function adjusted(
  before: SessionPace,
  { lagMs }: SessionLoad,
  shareFps: number,
  atMs: number,
  maxFps: number,
): SessionPace {
  const link = nextRung(before, lagMs, atMs);
  const { quality, maxEdge, fpsShare } = RUNGS[link.rung]!;
  const currentFps = before.pace.maxFps;
  const targetFps = clamp(Math.min(shareFps, maxFps * fpsShare), FLOOR_FPS, maxFps);
  let nextFps = currentFps;
  if (targetFps < DOWN_BELOW * currentFps) nextFps = targetFps;
  else if (targetFps > UP_ABOVE * currentFps && atMs - before.changedAtMs >= UP_PAUSE_MS) {
    nextFps = Math.min(targetFps, currentFps * UP_BY_AT_MOST);
  }
  if (nextFps === currentFps && link.rung === before.rung) {
    return link.calmSinceMs === before.calmSinceMs ? before : { ...before, ...link };
  }
  return { ...link, pace: { maxFps: rounded(nextFps), quality, maxEdge }, changedAtMs: atMs };
}

function nextRung(
  { rung, rungChangedAtMs, calmSinceMs }: SessionPace,
  lagMs: number,
  atMs: number,
): Pick<SessionPace, 'rung' | 'rungChangedAtMs' | 'calmSinceMs'> {
  if (lagMs > LAGGING_MS) {
    const isDue = rung < RUNGS.length - 1 && (rung === 0 || atMs - rungChangedAtMs >= RUNG_DOWN_PAUSE_MS);
    return {
      rung: isDue ? rung + 1 : rung,
      rungChangedAtMs: isDue ? atMs : rungChangedAtMs,
      calmSinceMs: null,
    };
  }
  const calmSince = lagMs < CALM_MS ? (calmSinceMs ?? atMs) : null;
  if (rung === 0 || calmSince === null || atMs - calmSince < RUNG_UP_CALM_MS) {
    return { rung, rungChangedAtMs, calmSinceMs: calmSince };
  }
  return { rung: rung - 1, rungChangedAtMs: atMs, calmSinceMs: atMs };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(Math.min(least, most), value));
}

/** Down, so that rounding never hands out more than there is. */
function rounded(fps: number): number {
  return Math.floor(fps * 10) / 10;
}
