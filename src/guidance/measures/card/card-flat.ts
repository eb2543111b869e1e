import { bandScore } from '../../band-score.ts';
import type { Measure } from '../../types.ts';

/** Angle between the card's normal and the line of sight, degrees: 0 faces the camera. Source: pose of the card's corners. */
export const cardFlat: Measure = {
  id: 'card-flat',
  unit: 'deg',
  weight: 2,
  hysteresis: 2,
  blocksWhenUnknown: true,
  read: ({ analysis: { card = null } }) => card?.tiltDeg ?? null,
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 25 }),
  hint: () => ({ code: 'card-flat' }),
};
