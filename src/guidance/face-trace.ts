import type { FrameAnalysis } from '../vision/types.ts';
import { interocularPx, landmarkAt } from './face-geometry.ts';
import { traceOfPoints } from './trace-of-points.ts';
import type { Trace } from './types.ts';

/** Corners of the eyes, bridge, tip and corners of the nose: they move with the head and not with expression. */
const TRACED_LANDMARKS = [33, 133, 362, 263, 168, 6, 1, 2, 98, 327] as const;

/** The trace of a frame's face in distances between the eyes, or null where there is none. */
export function traceFace({ face, width }: FrameAnalysis): Trace | null {
  if (face === null) return null;
  const points = TRACED_LANDMARKS.map((index) => landmarkAt(face.landmarks, index));
  return traceOfPoints(points, interocularPx(face), width);
}
