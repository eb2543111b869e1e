import type { ResumeStore } from '../../src/edge/ports.ts';

export interface MemoryResumeStore extends ResumeStore {
  /** Lets time pass. */
  advance(ms: number): void;
}

interface Stored {
  generation: number;
  tokenHash: string;
  subject: string | null;
  state: string;
  ended: boolean;
  expiresAtMs: number;
}

const ENDED_TTL_MS = 120_000;

/** The resume store of tests: the same contract as the one in Redis, in one process, with a clock of its own. */
export function createMemoryResumeStore(): MemoryResumeStore {
  const entries = new Map<string, Stored>();
  const handlers = new Set<(claim: { sessionId: string; generation: number }) => void>();
  let nowMs = 0;

  function find(sessionId: string): Stored | null {
    const stored = entries.get(sessionId);
    return stored !== undefined && stored.expiresAtMs > nowMs ? stored : null;
  }

  return {
    advance: (ms) => {
      nowMs += ms;
    },
    save: async (entry, generation, ttlMs) => {
      const stored = find(entry.sessionId);
      if (stored !== null && (stored.generation > generation || stored.ended)) return 'superseded';
      const { tokenHash, subject } = entry;
      const state = JSON.stringify(entry.state);
      const expiresAtMs = nowMs + ttlMs;
      entries.set(entry.sessionId, { generation, tokenHash, subject, state, ended: false, expiresAtMs });
      return 'saved';
    },
    claim: async (claim, ttlMs) => {
      const stored = find(claim.sessionId);
      if (stored === null || stored.ended) return null;
      if (stored.tokenHash !== claim.tokenHash || stored.subject !== claim.subject) return null;
      stored.generation++;
      stored.expiresAtMs = nowMs + ttlMs;
      const { generation } = stored;
      queueMicrotask(() => {
        for (const handler of [...handlers]) handler({ sessionId: claim.sessionId, generation });
      });
      return { generation, state: JSON.parse(stored.state) as unknown };
    },
    remove: async (sessionId, generation) => {
      const stored = find(sessionId);
      if (stored !== null && stored.generation > generation) return;
      entries.set(sessionId, {
        generation,
        tokenHash: '',
        subject: null,
        state: '',
        ended: true,
        expiresAtMs: nowMs + ENDED_TTL_MS,
      });
    },
    onSuperseded: (handler) => {
      handlers.add(handler);
      return () => {
        handlers.delete(handler);
      };
    },
  };
}
