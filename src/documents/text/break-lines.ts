import { graphemes } from './tidy-text.ts';

type WidthOf = (text: string) => number;

const words = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * As many words as fit; where not even the first does, as many of its letters, at least one. Words are measured one by
 * one: a line measured anew with each of them costs the square of its length.
 */
export function firstLine(text: string, width: number, widthOf: WidthOf): string {
  let line = '';
  let used = 0;
  for (const { segment } of words.segment(text)) {
    const needed = used + widthOf(segment.trimEnd());
    if (needed > width) break;
    used += widthOf(segment);
    line += segment;
  }
  if (line.trim() !== '') return line;
  for (const letter of graphemes(text)) {
    used += widthOf(letter);
    if (used > width && line !== '') break;
    line += letter;
  }
  return line;
}

/** The line's beginning with an ellipsis, no wider than `width`. */
export function withEllipsis(line: string, width: number, widthOf: WidthOf): string {
  const letters = [...graphemes(line.replace(/…$/, ''))];
  const ended = () => `${letters.join('').trimEnd()}…`;
  while (letters.length > 0 && widthOf(ended()) > width) letters.pop();
  return ended();
}
