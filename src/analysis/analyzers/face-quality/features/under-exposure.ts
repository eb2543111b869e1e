import { clampScore, type FaceFeature, sigmoid } from './types.ts';

const DARKEST_TENTH = 25 / 255;

/**
 * Share of the face with a linear luminance of 0–25 of 255. Well-lit dark skin lies there as a whole, so it has no
 * say: the measures `exposure` and `clipping` judge the light. Source: OFIQ under-exposure prevention.
 */
export const underExposure: FaceFeature = {
  id: 'under-exposure',
  unit: 'share',
  counts: false,
  read: ({ faceLuminance }) => shareOf(faceLuminance, (luminance) => luminance <= DARKEST_TENTH),
  score: (value) => clampScore(120 * (0.832 - sigmoid(value, 0.92, 0.05))),
};

export function shareOf(values: Float32Array, wanted: (value: number) => boolean): number | null {
  if (values.length === 0) return null;
  let count = 0;
  for (const value of values) if (wanted(value)) count++;
  return count / values.length;
}
