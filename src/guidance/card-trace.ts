import type { FrameAnalysis } from '../vision/types.ts';
import { traceOfPoints } from './trace-of-points.ts';
import type { Trace } from './types.ts';

/** The trace of a frame's card in lengths of the card: its middle, as which corner comes first is not the same in every frame. */
export function traceCard({ card = null, width }: FrameAnalysis): Trace | null {
  if (card === null) return null;
  const { corners, lengthPx } = card;
  const mean = (axis: 0 | 1): number =>
    corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length;
  return traceOfPoints([{ x: mean(0), y: mean(1) }], lengthPx, width);
}
