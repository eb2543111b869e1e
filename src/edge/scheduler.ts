/** Who may have the next free analysis slot. */
export interface FrameSource {
  /** Starts the session's newest frame; resolves when it is answered. null when there is none any more. */
  start(): Promise<void> | null;
}

export interface SchedulerDeps {
  /** Jobs at once. */
  readonly slots: number;
  /** Milliseconds, monotonic. */
  readonly nowMs: () => number;
  /** Runs later, never inside of the call that asked for it: sources are not re-entered. */
  readonly defer?: (run: () => void) => void;
}

export interface SchedulerStats {
  readonly running: number;
  readonly waitingSources: number;
  readonly waitingStills: number;
  /** 0..1, smoothed share of slots in use. */
  readonly utilisation: number;
}

export interface Scheduler {
  /** The source has a frame. A source is at most once in the ring, and has at most one frame in work. */
  offer(source: FrameSource): void;
  /** Runs a still's analysis as soon as a slot is free, before frames; see STILLS_IN_A_ROW. */
  submitStill(run: () => Promise<void>): void;
  /** The source goes away; what it has in work ends by itself. */
  withdraw(source: FrameSource): void;
  stats(): SchedulerStats;
}

/** While frames wait, so many stills may go first one after the other: a burst of stills does not stop the guidance. */
const STILLS_IN_A_ROW = 1;
/** The time in which utilisation forgets. */
const UTILISATION_WINDOW_MS = 1000;

/**
 * Round robin over the sessions that have a frame waiting. What waits is the session, not the frame: the frame is
 * chosen when the slot is there, so it is always the newest, and nothing piles up.
 */
export function createScheduler({ slots, nowMs, defer = queueMicrotask }: SchedulerDeps): Scheduler {
  const ring = new Set<FrameSource>();
  const inWork = new Set<FrameSource>();
  const offeredAgain = new Set<FrameSource>();
  const stills: (() => Promise<void>)[] = [];
  let running = 0;
  let stillsInARow = 0;
  let pumpAsked = false;
  let utilisation = 0;
  let measuredAtMs = nowMs();

  function measure(): void {
    const atMs = nowMs();
    const weight = 1 - Math.exp(-Math.max(0, atMs - measuredAtMs) / UTILISATION_WINDOW_MS);
    utilisation += weight * (running / slots - utilisation);
    measuredAtMs = atMs;
  }

  function occupy(job: Promise<void>, ended: () => void): void {
    measure();
    running += 1;
    const release = () => {
      measure();
      running -= 1;
      ended();
      pump();
    };
    // A job answers for its own failures; either way the slot is free.
    job.then(release, release);
  }

  function startStill(): void {
    stillsInARow += 1;
    occupy(stills.shift()!(), () => {});
  }

  function startFrame(source: FrameSource): void {
    ring.delete(source);
    const job = source.start();
    if (job === null) return;
    stillsInARow = 0;
    inWork.add(source);
    occupy(job, () => {
      inWork.delete(source);
      // Back to the end of the ring: everyone else who waits goes first.
      if (offeredAgain.delete(source)) ring.add(source);
    });
  }

  function pump(): void {
    while (running < slots) {
      const source = ring.values().next().value;
      const stillFirst = stills.length > 0 && (source === undefined || stillsInARow < STILLS_IN_A_ROW);
      if (stillFirst) startStill();
      else if (source !== undefined) startFrame(source);
      else return;
    }
  }

  function askPump(): void {
    if (pumpAsked) return;
    pumpAsked = true;
    defer(() => {
      pumpAsked = false;
      pump();
    });
  }

  return {
    offer(source) {
      if (inWork.has(source)) offeredAgain.add(source);
      else ring.add(source);
      askPump();
    },
    submitStill(run) {
      stills.push(run);
      askPump();
    },
    withdraw(source) {
      ring.delete(source);
      offeredAgain.delete(source);
    },
    stats() {
      measure();
      return { running, waitingSources: ring.size, waitingStills: stills.length, utilisation };
    },
  };
}
