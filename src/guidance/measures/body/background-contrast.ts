import { bandScore } from '../../band-score.ts';
import type { Measure } from '../../types.ts';

/** How much the body differs from what is behind it: ΔE (1976) across its outline, the median. Source: own definition. */
export const backgroundContrast: Measure = {
  id: 'background-contrast',
  unit: 'ΔE',
  weight: 1,
  hysteresis: 1,
  blocksWhenUnknown: true,
  read: ({ analysis: { body = null } }) => body?.backgroundContrast ?? null,
  score: (value, threshold) => bandScore(value, threshold, { ideal: 30, span: 10 }),
  hint: () => ({ code: 'plain-background' }),
};
