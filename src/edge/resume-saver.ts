import type { ResumeEntry, ResumeStore } from './ports.ts';

export interface ResumeSaverDeps {
  readonly store: ResumeStore;
  readonly generation: number;
  /** How long the session can be resumed once its connection has gone. */
  readonly ttlMs: number;
  readonly nowMs: () => number;
  /** The store holds a newer generation: this session is someone else's now. */
  readonly onSuperseded: () => void;
  /** Once until a save succeeds again: a store that is away would be told of every second. */
  readonly onFailed: (error: unknown) => void;
}

export interface ResumeSaver {
  /** `final`: the connection has gone with it. */
  save(entry: ResumeEntry, final: boolean): void;
  /** Whether a session in which nothing happens has to be saved, because the last save failed or gets old. */
  isDue(): boolean;
  /** Resolves when nothing is left to save, whether it succeeded or not. Never rejects. */
  idle(): Promise<void>;
}

/**
 * While a connection lives its session must not expire, whether anything happens in it or not: its node may die at any
 * moment, and from then on the client has all of the time to come back. A save that is this old is made anew.
 */
export const SAVED_FOR_MS = 60_000;
/** What the next look may be late by. */
const LATE_MS = 30_000;

/** One save at a time, so that an older state never lands after a newer one; of those that wait only the newest counts. */
export function createResumeSaver({
  store,
  generation,
  ttlMs,
  nowMs,
  onSuperseded,
  onFailed,
}: ResumeSaverDeps): ResumeSaver {
  let next: { readonly entry: ResumeEntry; readonly keepMs: number } | null = null;
  let savedAtMs = nowMs();
  let superseded = false;
  let failing = false;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (next !== null && !superseded) {
      const { entry, keepMs } = next;
      const startedAtMs = nowMs();
      next = null;
      try {
        superseded = (await store.save(entry, generation, keepMs)) === 'superseded';
        savedAtMs = startedAtMs;
        failing = false;
        if (superseded) onSuperseded();
      } catch (error) {
        if (!failing) onFailed(error);
        failing = true;
      }
    }
    running = null;
  }

  return {
    save(entry, final) {
      next = { entry, keepMs: final ? ttlMs : ttlMs + SAVED_FOR_MS + LATE_MS };
      running ??= run();
    },
    isDue: () => running === null && !superseded && (failing || nowMs() - savedAtMs >= SAVED_FOR_MS),
    idle: () => running ?? Promise.resolve(),
  };
}
