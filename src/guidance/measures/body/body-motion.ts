import { bandScore } from '../../band-score.ts';
import { traceBody } from '../../body-trace.ts';
import { speed } from '../../speed.ts';
import type { Measure } from '../../types.ts';

/** What the model's points tremble by on a body at rest, in lengths of the trunk. */
const JITTER = 0.015;

/**
 * Speed of the trunk in the picture, less the model's own jitter, ÷ length of the trunk, per second. Unknown on a first
 * frame. Source: own definition, as for faces (motion.ts).
 */
export const bodyMotion: Measure = {
  id: 'body-motion',
  unit: 'trunk lengths/s',
  weight: 2,
  hysteresis: 0.05,
  blocksWhenUnknown: false,
  read: ({ analysis, previous, elapsedMs }) => speed(traceBody(analysis), previous, elapsedMs, JITTER),
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 2 }),
  hint: () => ({ code: 'hold-still' }),
};
