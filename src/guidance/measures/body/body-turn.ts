import type { Threshold } from '../../../protocol/checks.ts';
import { bandScore } from '../../band-score.ts';
import { turnDeg } from '../../body-geometry.ts';
import type { Measure } from '../../types.ts';

/** Which of the two views a band is about. */
const isSideView = ({ min = 0 }: Threshold): boolean => min > 45;

/**
 * How far shoulders and hips are turned away from the camera, either way: 0° faces it, 90° stands sideways, 180° shows
 * the back. A width that is seen under a turn is short by its cosine, and has the depth's share in it.
 * Source: the model's depths (body-geometry.ts).
 */
export const bodyTurn: Measure = {
  id: 'body-turn',
  unit: 'deg',
  weight: 3,
  hysteresis: 3,
  blocksWhenUnknown: true,
  read: ({ analysis: { body = null } }) => (body === null ? null : Math.abs(turnDeg(body))),
  score: (value, threshold) =>
    bandScore(value, threshold, { ideal: isSideView(threshold) ? 90 : 0, span: 40 }),
  hint: (_value, threshold) => ({ code: isSideView(threshold) ? 'turn-sideways' : 'face-camera' }),
};
