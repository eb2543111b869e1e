import { bandScore } from '../band-score.ts';
import { interocularPx, landmarkDistancePx } from '../face-geometry.ts';
import type { Measure } from '../types.ts';

const UPPER_LIP_INNER = 13;
const LOWER_LIP_INNER = 14;

/**
 * Gap between the lips ÷ distance between the eyes (corrected for yaw). Not ÷ eye to chin as OFIQ does: the chin goes down
 * with the jaw. Source: OFIQ mouth closed, ISO/IEC 29794-5, with another denominator.
 */
export const mouthClosed: Measure = {
  id: 'mouth-closed',
  unit: 'eye distances',
  weight: 1,
  hysteresis: 0.02,
  blocksWhenUnknown: true,
  read({ analysis: { face } }) {
    if (face === null) return null;
    return landmarkDistancePx(face.landmarks, UPPER_LIP_INNER, LOWER_LIP_INNER) / interocularPx(face);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 0.4 }),
  hint: () => ({ code: 'close-mouth' }),
};
