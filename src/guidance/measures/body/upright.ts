import { bandScore } from '../../band-score.ts';
import { leanDeg } from '../../body-geometry.ts';
import type { Measure } from '../../types.ts';

/**
 * Lean of the trunk from the picture's vertical, degrees; > 0: to the image's right. A person who stands upright before a
 * camera that is held aslant leans too, and is measured along slanting lines as well. Source: own definition.
 */
export const upright: Measure = {
  id: 'upright',
  unit: 'deg',
  weight: 2,
  hysteresis: 1,
  blocksWhenUnknown: true,
  read: ({ analysis: { body = null } }) => (body === null ? null : leanDeg(body)),
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 15 }),
  hint: () => ({ code: 'stand-upright' }),
};
