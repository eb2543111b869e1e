import { clampScore, type FaceFeature, sigmoid } from './types.ts';

/** Pixels between the eyes ÷ cos yaw: what the still can show at all. 50 at 70 px. Source: OFIQ inter-eye distance. */
export const interEyeDistance: FaceFeature = {
  id: 'inter-eye-distance',
  unit: 'px',
  counts: true,
  read: (still) => still.interocularPx,
  score: (value) => clampScore(100 * sigmoid(value, 70, 20)),
};
