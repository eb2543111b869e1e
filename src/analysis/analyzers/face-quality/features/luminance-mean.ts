import { clampScore, type FaceFeature, sigmoid } from './types.ts';

/**
 * Mean linear luminance of the face. Told only: its score is 85 for the middle of the Monk scale and 3 for its dark end
 * in the same good light. Source: OFIQ luminance mean.
 */
export const luminanceMean: FaceFeature = {
  id: 'luminance-mean',
  unit: 'linear',
  counts: false,
  read: ({ faceLuminance }) => meanOf(faceLuminance),
  score: (value) => clampScore(100 * sigmoid(value, 0.2, 0.05) * (1 - sigmoid(value, 0.8, 0.05))),
};

export function meanOf(values: Float32Array): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
