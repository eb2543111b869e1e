import { bandScore } from '../../band-score.ts';
import type { Measure } from '../../types.ts';
import { TOO_DARK_TO_SEE } from '../face-count.ts';

/** People in view, by the bodies found; who stands far behind is none of them. Source: the finder's own count. */
export const bodyCount: Measure = {
  id: 'body-count',
  unit: 'people',
  weight: 0,
  hysteresis: 0,
  blocksWhenUnknown: true,
  read: ({ analysis: { body = null, bodyCount: count = 1 } }) => (body === null ? 0 : Math.max(1, count)),
  score: (value, threshold) => bandScore(value, threshold, { ideal: 1, span: 1 }),
  hint(value, _threshold, { analysis }) {
    if (value >= 1) return { code: 'one-person' };
    return { code: analysis.scene.luminanceP95 < TOO_DARK_TO_SEE ? 'more-light' : 'no-body' };
  },
};
