import type { Evidence } from './evidence.ts';

export interface Verdict {
  /** Acknowledged and without a result, or without a row. */
  readonly lost: readonly string[];
  /** More than one result or row, of any capture. */
  readonly doubled: readonly string[];
  /** Stored and never told to its client: allowed, as long as it is whole too. */
  readonly halves: readonly string[];
}

/**
 * Every acknowledged capture has one row and of each kind one result with one row; nothing has more; nothing is there by
 * half.
 * @param kinds of results that each capture is to have
 */
export function judgeEvidence(
  acknowledged: Iterable<string>,
  evidence: Pick<Evidence, 'results' | 'captureRows' | 'resultRows'>,
  kinds: readonly string[],
): Verdict {
  const { results, captureRows, resultRows } = evidence;
  const told = new Set(acknowledged);
  const lost: string[] = [];
  const halves: string[] = [];
  const doubled: string[] = [];
  const analysed = [...results.keys(), ...resultRows.keys()].map((key) => key.slice(0, key.lastIndexOf('/')));
  for (const captureId of new Set([...told, ...captureRows.keys(), ...analysed])) {
    const places = [
      { place: 'captures', count: captureRows.get(captureId) ?? 0 },
      ...kinds.flatMap((kind) => [
        { place: `RESULTS (${kind})`, count: results.get(`${captureId}/${kind}`) ?? 0 },
        { place: `results (${kind})`, count: resultRows.get(`${captureId}/${kind}`) ?? 0 },
      ]),
    ];
    const missing = places.filter(({ count }) => count === 0).map(({ place }) => place);
    const twice = places.filter(({ count }) => count > 1).map(({ place }) => place);
    if (missing.length > 0)
      (told.has(captureId) ? lost : halves).push(`${captureId}: missing in ${missing.join(', ')}`);
    if (twice.length > 0) doubled.push(`${captureId}: more than once in ${twice.join(', ')}`);
  }
  return { lost, doubled, halves };
}
