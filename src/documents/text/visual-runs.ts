import bidiFactory from 'bidi-js';
import type { DocumentFont } from '../fonts/font-shelf.ts';
import { graphemes } from './tidy-text.ts';

/** A stretch of text that is drawn at once, with one font and in one direction. */
export interface TextRun {
  /** In the order of reading. */
  readonly text: string;
  readonly rightToLeft: boolean;
  /** null: no font has it, and a box stands for each of its letters. */
  readonly font: DocumentFont | null;
}

export type Direction = 'ltr' | 'rtl';

const bidi = bidiFactory();

/** The direction of a paragraph's first strong character. */
export function directionOf(text: string): Direction {
  const level = bidi.getEmbeddingLevels(text).paragraphs[0]?.level ?? 0;
  return level % 2 === 1 ? 'rtl' : 'ltr';
}

/**
 * One line's runs from left to right, by the Unicode bidirectional algorithm.
 * @param fontFor the font for a letter, given the font before it
 */
export function visualRuns(
  line: string,
  direction: Direction,
  fontFor: (letter: string, before: DocumentFont | null) => DocumentFont | null,
): readonly TextRun[] {
  const { levels } = bidi.getEmbeddingLevels(line, direction);
  const runs: { text: string; level: number; font: DocumentFont | null }[] = [];
  let at = 0;
  for (const letter of graphemes(line)) {
    const level = levels[at]!;
    const last = runs.at(-1);
    const font = fontFor(letter, last?.font ?? null);
    const shown = level % 2 === 1 ? (bidi.getMirroredCharacter(letter) ?? letter) : letter;
    if (last && last.level === level && last.font === font) last.text += shown;
    else runs.push({ text: shown, level, font });
    at += letter.length;
  }
  return reordered(runs).map(({ text, level, font }) => ({ text, rightToLeft: level % 2 === 1, font }));
}

/** Rule L2: from the highest level down to the lowest odd one, whatever is at least of that level is turned round. */
function reordered<T extends { readonly level: number }>(runs: readonly T[]): readonly T[] {
  const ordered = [...runs];
  const highest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = highest; level > 0; level--) {
    for (let start = 0; start < ordered.length; start++) {
      let end = start;
      while (end < ordered.length && ordered[end]!.level >= level) end++;
      ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = end;
    }
  }
  return ordered;
}
