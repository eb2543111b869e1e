import type { ResumeEntry, ResumeStore } from './ports.ts';

export interface ResumeSaverDeps {
  readonly store: ResumeStore;
  readonly generation: number;
  readonly ttlMs: number;
  /** The store holds a newer generation: this session is someone else's now. */
  readonly onSuperseded: () => void;
  /** Once until a save succeeds again: a store that is away would be told of every second. */
  readonly onFailed: (error: unknown) => void;
}

export interface ResumeSaver {
  save(entry: ResumeEntry): void;
  /** Resolves when nothing is left to save, whether it succeeded or not. Never rejects. */
  idle(): Promise<void>;
}

/** One save at a time, so that an older state never lands after a newer one; of those that wait only the newest counts. */
export function createResumeSaver({
  store,
  generation,
  ttlMs,
  onSuperseded,
  onFailed,
}: ResumeSaverDeps): ResumeSaver {
  let next: ResumeEntry | null = null;
  let superseded = false;
  let failing = false;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (next !== null && !superseded) {
      const entry = next;
      next = null;
      try {
        superseded = (await store.save(entry, generation, ttlMs)) === 'superseded';
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
    save(entry) {
      next = entry;
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
  };
}
