import { bandScore } from '../band-score.ts';
import type { Measure } from '../types.ts';

/**
 * Tilt of the head, degrees; > 0: the image-right eye, which is the person's own left one, is lower, so that the head leans
 * to its own left and has to tilt to its own right. Source: pose fit of the canonical face; ISO/IEC 19794-5 allows ±8°.
 */
export const roll: Measure = {
  id: 'roll',
  unit: 'deg',
  weight: 1,
  hysteresis: 1.5,
  blocksWhenUnknown: true,
  read: ({ analysis }) => analysis.face?.pose.rollDeg ?? null,
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 20 }),
  hint: (value, threshold) => ({
    code: threshold.max !== undefined && value > threshold.max ? 'tilt-right' : 'tilt-left',
  }),
};
