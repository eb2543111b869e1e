import type { Captured, Result } from '../../../src/protocol/messages.ts';

/** Captures and results as they come: after a resume a node tells some of them again. */
export interface ToldOnce {
  /** Whether it is the first time. */
  captured(message: Captured): boolean;
  result(message: Result): boolean;
  /** For `hello.resume.results`: the newest, as many as it takes. */
  results(): string[];
}

const RESULTS_NAMED = 32;

export function createToldOnce(): ToldOnce {
  const captures = new Set<string>();
  const results = new Set<string>();
  const isNew = (seen: Set<string>, id: string) => seen.size < seen.add(id).size;
  return {
    captured: ({ captureId }) => isNew(captures, captureId),
    result: ({ captureId, kind }) => isNew(results, `${captureId}/${kind}`),
    results: () => [...results].slice(-RESULTS_NAMED),
  };
}
