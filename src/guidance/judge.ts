import type { BodySummary, CardSummary, FaceSummary } from '../protocol/records.ts';
import { roundTo } from '../protocol/round-to.ts';
import type { Box, FrameAnalysis } from '../vision/types.ts';
import type { Inspection } from './inspect.ts';

/** What guidance says of one image, in the pixels that its sender declared. */
export interface Judged<Advice extends Inspection = Inspection> {
  readonly guidance: Advice;
  readonly face: FaceSummary | null;
  readonly body: BodySummary | null;
  readonly card: CardSummary | null;
  readonly faceCount: number;
  /**
   * Good enough for a person who asks: what is looked for is found and no measure is far outside of its band. Such a capture
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
  // The analysis of a large image is in the pixels of a smaller one.
  const scale = declared.width / analysis.width;
  const { face, body = null, card = null, faceCount } = analysis;
  const isFound = face !== null || body !== null || card !== null;
  return {
    guidance,
    face: face && {
      box: scaledBox(face.box, scale),
      yawDeg: roundTo(face.pose.yawDeg, 2),
      pitchDeg: roundTo(face.pose.pitchDeg, 2),
      rollDeg: roundTo(face.pose.rollDeg, 2),
    },
    body: body && { box: scaledBox(body.box, scale) },
    card: card && {
      corners: card.corners.map(([x, y]): [number, number] => [roundTo(x * scale, 1), roundTo(y * scale, 1)]),
    },
    faceCount,
    allowsManual: isFound && guidance.checks.every((check) => check.status !== 'fail'),
  };
}

function scaledBox({ x, y, width, height }: Box, scale: number): Box {
  return {
    x: roundTo(x * scale, 1),
    y: roundTo(y * scale, 1),
    width: roundTo(width * scale, 1),
    height: roundTo(height * scale, 1),
  };
}
