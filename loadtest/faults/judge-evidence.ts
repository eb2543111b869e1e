import type { Evidence } from './evidence.ts';

export interface Verdict {
  /** Acknowledged and without a result, or without a row. */
  readonly lost: readonly string[];
  /** More than one result or row, of any capture. */
  readonly doubled: readonly string[];
  /** Stored and never told to its client: allowed, as long as it is whole too. */
  readonly halves: readonly string[];
}

/** Every acknowledged capture has one result and one row of each kind; nothing has more; nothing is there by half. */
export function judgeEvidence(acknowledged: Iterable<string>, evidence: Evidence): Verdict {
  const places = [
    ['RESULTS', evidence.results],
    ['captures', evidence.captureRows],
    ['results', evidence.resultRows],
  ] as const;
  const told = new Set(acknowledged);
  const lost: string[] = [];
  const halves: string[] = [];
  const doubled: string[] = [];
  const all = new Set([...told, ...places.flatMap(([, counts]) => [...counts.keys()])]);
  for (const captureId of all) {
    const missing = places.filter(([, counts]) => !counts.has(captureId)).map(([place]) => place);
    const twice = places.filter(([, counts]) => (counts.get(captureId) ?? 0) > 1).map(([place]) => place);
    if (missing.length > 0)
      (told.has(captureId) ? lost : halves).push(`${captureId}: missing in ${missing.join(', ')}`);
    if (twice.length > 0) doubled.push(`${captureId}: more than once in ${twice.join(', ')}`);
  }
  return { lost, doubled, halves };
}
