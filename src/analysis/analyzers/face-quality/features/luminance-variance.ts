import { meanOf } from './luminance-mean.ts';
import { clampScore, type FaceFeature } from './types.ts';

/** Variance of the face's linear luminance. Told only, like the mean. Source: OFIQ luminance variance. */
export const luminanceVariance: FaceFeature = {
  id: 'luminance-variance',
  unit: 'linear²',
  counts: false,
  read({ faceLuminance }) {
    const mean = meanOf(faceLuminance);
    if (mean === null) return null;
    let squares = 0;
    for (const value of faceLuminance) squares += (value - mean) ** 2;
    return squares / faceLuminance.length;
  },
  score: (value) => clampScore(100 * Math.sin(((60 * value) / (60 * value + 1)) * Math.PI)),
};
