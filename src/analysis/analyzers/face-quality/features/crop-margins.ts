import type { StillFace } from '../still-face.ts';
import { clampScore, type FaceFeature, sigmoid } from './types.ts';

/**
 * From the eyes to each edge of the still ÷ distance between the eyes: whether the head is whole. 50 at 0.9 to the
 * sides, 1.4 above and 1.8 below. A passport's framing; the measure `out-of-frame` judges the face itself, so
 * they have no say. Source: OFIQ crop of the face image.
 */
function cropMargin(id: string, enough: number, marginPx: (still: StillFace) => number): FaceFeature {
  return {
    id,
    unit: 'eye distances',
    counts: false,
    read: (still) => (still.interocularPx === 0 ? null : marginPx(still) / still.interocularPx),
    score: (value) => clampScore(100 * sigmoid(value, enough, 0.1)),
  };
}

export const cropLeft = cropMargin('crop-left', 0.9, ({ rightEye, leftEye }) =>
  Math.min(rightEye.x, leftEye.x),
);
export const cropRight = cropMargin(
  'crop-right',
  0.9,
  ({ rightEye, leftEye, image }) => image.width - Math.max(rightEye.x, leftEye.x),
);
export const cropAbove = cropMargin('crop-above', 1.4, ({ betweenEyes }) => betweenEyes.y);
export const cropBelow = cropMargin(
  'crop-below',
  1.8,
  ({ betweenEyes, image }) => image.height - betweenEyes.y,
);
