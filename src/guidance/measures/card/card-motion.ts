import { bandScore } from '../../band-score.ts';
import { traceCard } from '../../card-trace.ts';
import { speed } from '../../speed.ts';
import type { Measure } from '../../types.ts';

/** What the corners tremble by on a card at rest, in lengths of the card. */
const JITTER = 0.008;

/** Speed of the card in the picture, less the jitter of its corners, ÷ its length, per second. Unknown on a first frame. */
export const cardMotion: Measure = {
  id: 'card-motion',
  unit: 'card lengths/s',
  weight: 2,
  hysteresis: 0.1,
  blocksWhenUnknown: false,
  read: ({ analysis, previous, elapsedMs }) => speed(traceCard(analysis), previous, elapsedMs, JITTER),
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 3 }),
  hint: () => ({ code: 'hold-still' }),
};
