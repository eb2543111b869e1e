import { clampScore, type FaceFeature, sigmoid } from './types.ts';

const PORTRAIT = 0.45;

/**
 * |T ÷ height of the still − 0.45|, T from the eyes to the chin. A passport's framing: profiles want other
 * sizes and judge them by `face-ratio`, so it has no say. Source: OFIQ head size.
 */
export const headSize: FaceFeature = {
  id: 'head-size',
  unit: 'share of height',
  counts: false,
  read: ({ eyesToChinPx, image }) => Math.abs(eyesToChinPx / image.height - PORTRAIT),
  score: (value) => clampScore(200 * (1 - sigmoid(value, 0, 0.05))),
};
