import { bandScore } from '../../band-score.ts';
import type { Measure } from '../../types.ts';

/** Pixels of the card's long side: what its scale and its colour are read from. Source: own definition. */
export const cardSize: Measure = {
  id: 'card-size',
  unit: 'px',
  weight: 1,
  hysteresis: 4,
  blocksWhenUnknown: true,
  read: ({ analysis: { card = null } }) => card?.lengthPx ?? null,
  score: (value, threshold) => bandScore(value, threshold, { ideal: 160, span: 50 }),
  hint: () => ({ code: 'card-closer' }),
};
