import { clampScore, type FaceFeature } from './types.ts';

/**
 * Edge energy at eyes and mouth against the contrast there, 0 to 1, on the still's own pixels; fair to skin tone and
 * to cameras that sharpen. Source: FaceAppearance.sharpness, in place of OFIQ's trained forest.
 */
export const stillSharpness: FaceFeature = {
  id: 'sharpness',
  unit: 'ratio',
  counts: true,
  read: ({ face }) => face.appearance.sharpness,
  score: (value) => clampScore(value <= 0.3 ? (value / 0.3) * 50 : 50 + ((value - 0.3) / 0.5) * 50),
};
