import type { EyeWhites } from './eye-whites.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The colour of the light as Lab chroma off neutral; null when unknown.
 *
 * Skin is never asked: its own colour would be taken for the light's. The whites of the eyes are the witness, and
 * the background has to agree: light that is coloured colours both, a painted wall does not reach the eyes, and
 * small or veined eyes do not reach the wall. So each axis takes what both say, the smaller of the two.
 */
export function readColourCast(
  eyeWhites: EyeWhites | null,
  surroundings: Surroundings,
): { a: number; b: number } | null {
  const whites = eyeWhites?.chroma ?? null;
  if (whites === null) return null;
  const walls = surroundings.chroma;
  if (walls === null) return whites;
  return { a: agreed(whites.a, walls.a), b: agreed(whites.b, walls.b) };
}

function agreed(one: number, other: number): number {
  if (one * other <= 0) return 0;
  return Math.abs(one) < Math.abs(other) ? one : other;
}
