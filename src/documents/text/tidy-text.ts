/** Marks on one letter beyond these are dropped: they would be drawn over the lines above and below. */
const MAX_MARKS = 4;

/**
 * Text of people as it may be shown: one line, at most `maxLength` characters, without control characters and without
 * those that change the direction of what follows.
 */
export function tidyText(text: string, maxLength: number): string {
  // Cut first, so that the work is bounded too; a letter with its marks may be several characters.
  const bounded = text.slice(0, 8 * maxLength).toWellFormed();
  const tidy = bounded
    .normalize('NFC')
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    // Joiners are part of how Persian, Hindi and emoji are spelled; every other format character is not.
    .replace(/[^\P{Cf}\u200c\u200d]/gu, '')
    .replace(/\p{Co}|\p{Cn}|\p{Variation_Selector}/gu, '')
    .replace(new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu'), '$1')
    .trim();
  const letters = graphemes(tidy);
  return letters.length <= maxLength && bounded.length === text.length
    ? tidy
    : `${letters
        .slice(0, maxLength - 1)
        .join('')
        .trimEnd()}…`;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Letters as people count them. */
export function graphemes(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
