import { eyesOpen } from '../../../../guidance/measures/eyes-open.ts';
import { clampScore, type FaceFeature, sigmoid } from './types.ts';

/** Past it the far eye's lids are guessed. */
const MAX_YAW_DEG = 45;

/**
 * Opening of the less open eye, as guidance reads it, ÷ distance from the eyes to the chin. OFIQ has 50 at 0.02; here it
 * is at 0.03, because the mesh's closed lids stay 0.01 to 0.025 apart, and half-closed eyes are 0.04.
 * Source: OFIQ eyes open.
 */
export const eyesOpenToChin: FaceFeature = {
  id: 'eyes-open',
  unit: 'eye-to-chin distances',
  counts: true,
  read({ analysis, face, interocularPx, eyesToChinPx }) {
    const opening = eyesOpen.read({ analysis, previous: null, elapsedMs: 0 });
    if (opening === null || eyesToChinPx === 0 || Math.abs(face.pose.yawDeg) > MAX_YAW_DEG) return null;
    return (opening * interocularPx) / eyesToChinPx;
  },
  score: (value) => clampScore(100 * sigmoid(value, 0.03, 0.005)),
};
