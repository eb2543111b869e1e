import { clampScore, type FaceFeature } from './types.ts';

/** 1 − area of the second largest face ÷ the largest's. Source: OFIQ single face present. */
export const singleFace: FaceFeature = {
  id: 'single-face',
  unit: 'share',
  counts: true,
  read: ({ analysis }) => 1 - Math.min(1, analysis.secondFaceRatio),
  score: (value) => clampScore(100 * value),
};
