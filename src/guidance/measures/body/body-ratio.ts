import { bandScore } from '../../band-score.ts';
import type { Measure } from '../../types.ts';

/**
 * Height of the silhouette ÷ the frame's. The larger, the more pixels a width has; near the whole frame, feet and head
 * leave it at every step, and the lens bends most at its edges. Source: own definition.
 */
export const bodyRatio: Measure = {
  id: 'body-ratio',
  unit: 'ratio',
  weight: 1,
  hysteresis: 0.015,
  blocksWhenUnknown: true,
  read: ({ analysis: { body = null, height } }) => (body === null ? null : body.box.height / height),
  score: (value, threshold) => bandScore(value, threshold, { span: 0.3 }),
  hint: (value, threshold) => ({
    code: threshold.min !== undefined && value < threshold.min ? 'step-closer' : 'step-back',
  }),
};
