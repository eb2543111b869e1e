import { bandScore } from '../band-score.ts';
import { traceFace } from '../face-trace.ts';
import type { Measure } from '../types.ts';

/** Two frames further apart say nothing about the speed at either. */
const LONGEST_STEP_MS = 1000;
/** Two frames closer together measure the mesh's jitter. */
const SHORTEST_STEP_MS = 10;
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
  read({ analysis, previous, elapsedMs }) {
    const trace = traceFace(analysis);
    if (trace === null || previous === null || previous.points.length !== trace.points.length) return null;
    if (!(elapsedMs >= SHORTEST_STEP_MS && elapsedMs <= LONGEST_STEP_MS)) return null;
    let squares = 0;
    for (let i = 0; i < trace.points.length; i++) squares += (trace.points[i]! - previous.points[i]!) ** 2;
    const displacement = Math.sqrt(squares / (trace.points.length / 2)) / trace.interocular;
    return Math.max(0, displacement - JITTER) / (elapsedMs / 1000);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 3 }),
  hint: () => ({ code: 'hold-still' }),
};
