import { BODY_POINT } from '../../../vision/body-points.ts';
import { bandScore } from '../../band-score.ts';
import { landmarkAt } from '../../face-geometry.ts';
import type { Measure } from '../../types.ts';

/**
 * Distance between the ankles, across the picture, ÷ height of the silhouette. Not ÷ the hips' breadth: the model's hip
 * joints lie nearer together or further apart as clothes hide them. Legs that touch hide the crotch and each other's
 * outline; a wide stand lowers the body. Source: own definition.
 */
export const feetApart: Measure = {
  id: 'feet-apart',
  unit: 'body heights',
  weight: 1,
  hysteresis: 0.01,
  blocksWhenUnknown: true,
  read({ analysis: { body = null } }) {
    if (body === null) return null;
    const left = landmarkAt(body.landmarks, BODY_POINT.leftAnkle);
    const right = landmarkAt(body.landmarks, BODY_POINT.rightAnkle);
    return Math.abs(left.x - right.x) / body.box.height;
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0.13, span: 0.15 }),
  hint: (value, threshold) => ({
    code: threshold.min !== undefined && value < threshold.min ? 'feet-apart' : 'feet-together',
  }),
};
