import { bandScore } from '../band-score.ts';
import type { Measure } from '../types.ts';

/**
 * Turn of the head, degrees; > 0: the nose points to the image's right, which is the person's own left, and has to turn to
 * its own right. Source: pose fit of the canonical face; ISO/IEC 19794-5 allows ±5°.
 */
export const yaw: Measure = {
  id: 'yaw',
  unit: 'deg',
  weight: 3,
  hysteresis: 1.5,
  blocksWhenUnknown: true,
  read: ({ analysis }) => analysis.face?.pose.yawDeg ?? null,
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 20 }),
  hint: (value, threshold) => ({
    code: threshold.max !== undefined && value > threshold.max ? 'turn-right' : 'turn-left',
  }),
};
