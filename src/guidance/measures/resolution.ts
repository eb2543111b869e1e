import { bandScore } from '../band-score.ts';
import { interocularPx } from '../face-geometry.ts';
import type { Measure } from '../types.ts';

/**
 * Pixels between the centres of the eyes ÷ cos yaw. Of the frame that was sent: a live frame is a small preview of the still.
 * Source: OFIQ inter-eye distance, ISO/IEC 29794-5.
 */
export const resolution: Measure = {
  id: 'resolution',
  unit: 'px',
  weight: 1,
  hysteresis: 2,
  blocksWhenUnknown: true,
  read: ({ analysis: { face } }) => (face === null ? null : interocularPx(face)),
  score: (value, threshold) => bandScore(value, threshold, { ideal: 120, span: 40 }),
  hint: () => ({ code: 'use-better-camera' }),
};
