import type { FrameAnalysis } from '../vision/types.ts';
import { interocularPx, landmarkAt } from './face-geometry.ts';

/**
 * Where the steadiest landmarks of a face stood: all that the next frame needs in order to measure motion. In units of
 * the frame's width, so that a change of the streamed size is no motion.
 */
export interface FaceTrace {
  /** x, y of each of TRACED_LANDMARKS. */
  readonly points: readonly number[];
  /** Distance between the eyes. */
  readonly interocular: number;
}

/** Corners of the eyes, bridge, tip and corners of the nose: they move with the head and not with expression. */
const TRACED_LANDMARKS = [33, 133, 362, 263, 168, 6, 1, 2, 98, 327] as const;

/** Enough for a thousandth of a pixel, and short in a session's stored state. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/** The trace of a frame's face, or null where there is none. */
export function traceFace(analysis: FrameAnalysis): FaceTrace | null {
  const { face, width } = analysis;
  if (face === null) return null;
  const points: number[] = [];
  for (const index of TRACED_LANDMARKS) {
    const point = landmarkAt(face.landmarks, index);
    points.push(round(point.x / width), round(point.y / width));
  }
  const interocular = round(interocularPx(face) / width);
  return interocular > 0 && points.every(Number.isFinite) ? { points, interocular } : null;
}
