import { bandScore } from '../band-score.ts';
import type { Measure } from '../types.ts';

/**
 * Nod of the head, degrees; > 0: chin up. Source: pose fit of the canonical face; ISO/IEC 19794-5 allows ±5°.
 */
export const pitch: Measure = {
  id: 'pitch',
  unit: 'deg',
  weight: 2,
  hysteresis: 1.5,
  blocksWhenUnknown: true,
  read: ({ analysis }) => analysis.face?.pose.pitchDeg ?? null,
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 20 }),
  hint: (value, threshold) => ({
    code: threshold.max !== undefined && value > threshold.max ? 'chin-down' : 'chin-up',
  }),
};
