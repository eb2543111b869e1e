import { bandScore } from '../band-score.ts';
import { traceFace } from '../face-trace.ts';
import { speed } from '../speed.ts';
import type { Measure } from '../types.ts';

/** What the mesh trembles by on a face at rest, in distances between the eyes. */
const JITTER = 0.012;

/**
 * Speed of the face in the picture: root mean square displacement of ten landmarks that expression leaves alone, less the
 * mesh's own jitter, ÷ distance between the eyes, per second. Times the exposure time it is the length of the blur.
 * Unknown on a first frame. Source: own definition.
 */
export const motion: Measure = {
  id: 'motion',
  unit: 'eye distances/s',
  weight: 2,
  hysteresis: 0.1,
  blocksWhenUnknown: false,
  read: ({ analysis, previous, elapsedMs }) => speed(traceFace(analysis), previous, elapsedMs, JITTER),
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 3 }),
  hint: () => ({ code: 'hold-still' }),
};
