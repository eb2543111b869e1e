import type { FaceSummary } from '../protocol/records.ts';
import { roundTo } from '../protocol/round-to.ts';
import type { FrameAnalysis } from '../vision/types.ts';
import type { Inspection } from './inspect.ts';

/** What guidance says of one image, in the pixels that its sender declared. */
export interface Judged<Advice extends Inspection = Inspection> {
  readonly guidance: Advice;
  readonly face: FaceSummary | null;
  readonly faceCount: number;
  /**
   * Good enough for a person who asks: a face is found and no measure is far outside of its band. Such a capture
   * can be measured, if less well, and the person has seen the hint.
   */
  readonly allowsManual: boolean;
}

/** Of a frame or a still, at the edge and on a device alike. Pure. */
export function judge<Advice extends Inspection>(
  declared: { readonly width: number },
  analysis: FrameAnalysis,
  guidance: Advice,
): Judged<Advice> {
  return {
    guidance,
    face: faceSummary(analysis, declared.width),
    faceCount: analysis.faceCount,
    allowsManual: analysis.face !== null && guidance.checks.every((check) => check.status !== 'fail'),
  };
}

/** The analysis of a large image is in the pixels of a smaller one. */
function faceSummary({ face, width }: FrameAnalysis, declaredWidth: number): FaceSummary | null {
  if (face === null) return null;
  const scale = declaredWidth / width;
  const { box, pose } = face;
  return {
    box: {
      x: roundTo(box.x * scale, 1),
      y: roundTo(box.y * scale, 1),
      width: roundTo(box.width * scale, 1),
      height: roundTo(box.height * scale, 1),
    },
    yawDeg: roundTo(pose.yawDeg, 2),
    pitchDeg: roundTo(pose.pitchDeg, 2),
    rollDeg: roundTo(pose.rollDeg, 2),
  };
}
