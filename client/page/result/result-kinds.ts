import type { Result } from '../../../src/protocol/messages.ts';

/** Kinds with a card of their own; any other with checks is shown as the picture's quality is. */
export const SKIN_KIND = 'skin';
export const CONTOURS_KIND = 'face-contours';
/** Without checks and score: `body-view` is shown by the body page only. */
const NOT_QUALITY: readonly string[] = [SKIN_KIND, CONTOURS_KIND, 'body-view'];

export type ResultCard = 'quality' | 'skin' | 'contours';

export function cardOf(kind: string): ResultCard {
  if (kind === SKIN_KIND) return 'skin';
  return kind === CONTOURS_KIND ? 'contours' : 'quality';
}

/** The one with checks and score; null where it has not come, or is not among them. */
export function qualityOf(results: readonly Result[]): Result | null {
  return results.find(({ kind }) => !NOT_QUALITY.includes(kind)) ?? null;
}

export function resultOf(results: readonly Result[], kind: string): Result | null {
  return results.find((result) => result.kind === kind) ?? null;
}
