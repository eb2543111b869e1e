import { bandScore } from '../../band-score.ts';
import { armAnglesDeg } from '../../body-geometry.ts';
import type { Measure } from '../../types.ts';

/** Arms that hang with a gap between them and the trunk. */
const IDEAL_DEG = 28;

/**
 * Angle of the arms with the trunk as seen in the picture: of both upper arms and both forearms the one that is furthest
 * from ideal, so that hands on the hips or one raised arm are told as well. Arms that touch the trunk widen its outline,
 * raised ones lift the shoulders. Source: own definition.
 */
export const armsAway: Measure = {
  id: 'arms-away',
  unit: 'deg',
  weight: 2,
  hysteresis: 2,
  blocksWhenUnknown: true,
  read({ analysis: { body = null } }) {
    if (body === null) return null;
    return armAnglesDeg(body).reduce((worst, angle) =>
      Math.abs(angle - IDEAL_DEG) > Math.abs(worst - IDEAL_DEG) ? angle : worst,
    );
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: IDEAL_DEG, span: 40 }),
  hint: (value, threshold) => ({
    code: threshold.min !== undefined && value < threshold.min ? 'arms-away' : 'arms-closer',
  }),
};
