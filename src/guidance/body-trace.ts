import { BODY_POINT } from '../vision/body-points.ts';
import type { FrameAnalysis } from '../vision/types.ts';
import { trunkLengthPx } from './body-geometry.ts';
import { landmarkAt } from './face-geometry.ts';
import { traceOfPoints } from './trace-of-points.ts';
import type { Trace } from './types.ts';

/** The joints that bear the trunk: the model places them more steadily than hands and feet. */
const TRACED_POINTS = [
  BODY_POINT.leftShoulder,
  BODY_POINT.rightShoulder,
  BODY_POINT.leftHip,
  BODY_POINT.rightHip,
] as const;

/** The trace of a frame's body in lengths of the trunk, or null where there is none. */
export function traceBody({ body = null, width }: FrameAnalysis): Trace | null {
  if (body === null) return null;
  const points = TRACED_POINTS.map((point) => landmarkAt(body.landmarks, point));
  return traceOfPoints(points, trunkLengthPx(body), width);
}
