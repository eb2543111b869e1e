import { type Check, MEASURE_IDS } from '../../src/protocol/checks.ts';
import type { Result } from '../../src/protocol/messages.ts';

/** 0..100, rounded; null for a kind of result that has none. */
export function overallScore({ result }: Result): number | null {
  return typeof result.overallScore === 'number' ? Math.round(result.overallScore) : null;
}

export function verdictOf({ result }: Result): 'pass' | 'adjust' | null {
  return result.verdict === 'pass' || result.verdict === 'adjust' ? result.verdict : null;
}

/** The checks that did not pass, the worst first. */
export function weakChecks({ result }: Result, count: number): readonly Check[] {
  if (!Array.isArray(result.checks)) return [];
  return result.checks
    .filter(isCheck)
    .filter(({ status }) => status === 'adjust' || status === 'fail')
    .sort((a, b) => a.score - b.score)
    .slice(0, count);
}

function isCheck(value: unknown): value is Check {
  const { id } = (value ?? {}) as Partial<Check>;
  return MEASURE_IDS.some((known) => known === id);
}
