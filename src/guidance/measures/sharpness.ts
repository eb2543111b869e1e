import { bandScore } from '../band-score.ts';
import type { Measure } from '../types.ts';

/**
 * Edge energy at eyes and mouth relative to the contrast there, 0 (blurred) to 1 (sharp), as the vision part gives it. Judged
 * at the face and not over the picture, where a sharp background would hide a blurred face.
 * Source: FaceAppearance.sharpness.
 */
export const sharpness: Measure = {
  id: 'sharpness',
  unit: 'ratio',
  weight: 3,
  hysteresis: 0.04,
  blocksWhenUnknown: true,
  read: ({ analysis: { face } }) => face?.appearance.sharpness ?? null,
  score: (value, threshold) => bandScore(value, threshold, { ideal: 1, span: 0.4 }),
  hint: () => ({ code: 'focus' }),
};
