import type { PageMessages } from '../../locales/page-messages.ts';

/** At and above these a confidence reads as high, and as medium. */
export const SURE = 0.6;
export const FAIRLY_SURE = 0.35;

export function confidenceWord(
  confidence: number,
  texts: Pick<PageMessages['skin'], 'confidenceHigh' | 'confidenceMedium' | 'confidenceLow'>,
): string {
  if (confidence >= SURE) return texts.confidenceHigh;
  return confidence >= FAIRLY_SURE ? texts.confidenceMedium : texts.confidenceLow;
}
