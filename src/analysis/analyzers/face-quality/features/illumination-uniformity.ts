import { luminanceOf } from '../../../../vision/colour.ts';
import type { CheekSquare } from '../still-face.ts';
import { clampScore, type FaceFeature } from './types.ts';

const BINS = 256;
/** Past it one of the cheeks is no longer a cheek. */
const MAX_YAW_DEG = 40;

/**
 * Σ min of the two cheeks' luminance histograms: 1 where both are lit alike. Dark skin fills fewer bins, and
 * noise counts for more there, so it has no say; the measure `side-light` judges the same by ratio.
 * Source: OFIQ illumination uniformity.
 */
export const illuminationUniformity: FaceFeature = {
  id: 'illumination-uniformity',
  unit: 'share',
  counts: false,
  read({ cheeks, face }) {
    if (cheeks === null || Math.abs(face.pose.yawDeg) > MAX_YAW_DEG) return null;
    const right = histogram(cheeks.right);
    const left = histogram(cheeks.left);
    return right.reduce((sum, share, bin) => sum + Math.min(share, left[bin]!), 0);
  },
  score: (value) => clampScore(100 * value ** 0.3),
};

function histogram(square: CheekSquare): Float64Array {
  const shares = new Float64Array(BINS);
  const count = square.length / 3;
  for (let i = 0; i < square.length; i += 3) {
    const luminance = luminanceOf(square[i]!, square[i + 1]!, square[i + 2]!);
    shares[Math.min(BINS - 1, Math.floor(luminance * BINS))]! += 1 / count;
  }
  return shares;
}
