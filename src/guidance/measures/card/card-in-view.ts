import { bandScore } from '../../band-score.ts';
import type { Measure } from '../../types.ts';

/** Whether the reference card is found: 1, or 0. A card that a finger or the frame's edge cuts off is not. */
export const cardInView: Measure = {
  id: 'card-in-view',
  unit: 'cards',
  weight: 0,
  hysteresis: 0,
  blocksWhenUnknown: true,
  read: ({ analysis: { card = null } }) => (card === null ? 0 : 1),
  score: (value, threshold) => bandScore(value, threshold, { ideal: 1, span: 1 }),
  hint: () => ({ code: 'no-card' }),
};
