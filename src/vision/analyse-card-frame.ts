import type { FrameAnalysisStage } from './analyse-frame.ts';
import { calibrateFromCard } from './card/card-colour.ts';
import { sideLengths } from './card/card-geometry.ts';
import type { CardPose } from './card/card-pose.ts';
import { type FoundCard, findCard } from './card/find-card.ts';
import type { Cv } from './open-cv.ts';
import { readSceneAppearance } from './scene-appearance.ts';
import type { CardAnalysis, RgbImage } from './types.ts';

/**
 * Looks for the reference card, in each picture anew. Of several that may be it none is taken: whoever measures by the
 * picture could not tell them apart either.
 */
export function createCardFrameAnalysis(cv: Cv): FrameAnalysisStage<RgbImage, never> {
  return {
    async analyse(image) {
      const started = performance.now();
      const finding = findCard(cv, image);
      const inferred = performance.now();
      const card = finding.found === 'one' ? readCard(image, finding.card) : null;
      const { width, height } = image;
      const scene = readSceneAppearance(image);
      return {
        analysis: { width, height, face: null, faceCount: 0, secondFaceRatio: 0, card, scene },
        track: null,
        inferMs: inferred - started,
        appearanceMs: performance.now() - inferred,
      };
    },
  };
}

function readCard(image: RgbImage, card: FoundCard): CardAnalysis {
  const lengths = sideLengths(card.corners);
  const colour = calibrateFromCard(image, card);
  return {
    corners: card.corners.map(({ x, y }) => [x, y] as const),
    lengthPx: (lengths[0] + lengths[2]) / 2,
    tiltDeg: tiltToSight(card.pose),
    lightProblem: colour.status === 'rejected' ? colour.reason : null,
  };
}

/** Between the card's normal and the line from the camera to its middle. */
function tiltToSight({ rotation, centreCm: [x, y, z] }: CardPose): number {
  const along = rotation[2]! * x + rotation[5]! * y + rotation[8]! * z;
  return (Math.acos(Math.min(1, Math.abs(along) / Math.hypot(x, y, z))) * 180) / Math.PI;
}
