import type { Figure } from './load-report.ts';

const MORE_IS_BETTER = /^(ratio|index|times|share)$|\/s$/;

export function goalSide({ unit, goalIs }: Figure): 'at least' | 'at most' {
  return goalIs ?? (MORE_IS_BETTER.test(unit) ? 'at least' : 'at most');
}

/** Null where there is no goal. */
export function isGoalMet(figure: Figure): boolean | null {
  if (figure.goal === null) return null;
  return goalSide(figure) === 'at least' ? figure.value >= figure.goal : figure.value <= figure.goal;
}
