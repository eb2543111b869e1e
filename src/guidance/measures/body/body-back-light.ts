import { bandScore } from '../../band-score.ts';
import { stopsAbove } from '../../face-light.ts';
import type { Measure } from '../../types.ts';

/**
 * How many stops the surroundings are brighter than the body. Clothes are of any colour, so that only what no cloth can
 * explain counts: black cloth before a white wall in the same light is up to eight stops darker. An outline is seen well
 * before that much light; what is on the body is not. Source: own definition.
 */
export const bodyBackLight: Measure = {
  id: 'body-back-light',
  unit: 'stops',
  weight: 1,
  hysteresis: 0.2,
  blocksWhenUnknown: false,
  read: ({ analysis: { body = null } }) =>
    body === null ? null : stopsAbove(body.surroundLuminance, body.luminance),
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 3 }),
  hint: () => ({ code: 'avoid-back-light' }),
};
