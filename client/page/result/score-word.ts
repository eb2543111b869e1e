import type { PageMessages } from '../../locales/page-messages.ts';

/** What a score of 100 is called. */
export function scoreWord(
  score: number,
  texts: Pick<PageMessages['result'], 'scoreVeryGood' | 'scoreGood' | 'scoreFair' | 'scorePoor'>,
): string {
  if (score >= 80) return texts.scoreVeryGood;
  if (score >= 60) return texts.scoreGood;
  return score >= 40 ? texts.scoreFair : texts.scorePoor;
}
