import { distancePx, LANDMARK } from '../../../../vision/landmarks.ts';
import { clampScore, type FaceFeature, sigmoid } from './types.ts';

/** Past it the chin is too near to the eyes, or the lips too near to each other, for a proportion. */
const MAX_PITCH_DEG = 40;

/** Opening between the lips ÷ distance from the eyes to the chin. 50 at 0.2. Source: OFIQ mouth closed. */
export const mouthClosedToChin: FaceFeature = {
  id: 'mouth-closed',
  unit: 'eye-to-chin distances',
  counts: true,
  read({ face, eyesToChinPx }) {
    if (eyesToChinPx === 0 || Math.abs(face.pose.pitchDeg) > MAX_PITCH_DEG) return null;
    return distancePx(face.landmarks, LANDMARK.lipUpperInner, LANDMARK.lipLowerInner) / eyesToChinPx;
  },
  score: (value) => clampScore(100 * (1 - sigmoid(value, 0.2, 0.06))),
};
