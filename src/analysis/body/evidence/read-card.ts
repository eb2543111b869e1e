import type { BodyViewEvidence } from '../../../protocol/body-measurement.ts';
import { BODY_POINT } from '../../../vision/body-points.ts';
import { calibrateFromCard } from '../../../vision/card/card-colour.ts';
import { quadCentre } from '../../../vision/card/card-geometry.ts';
import { cardScale } from '../../../vision/card/card-scale.ts';
import type { CardFinding, FindCardOptions, FoundCard } from '../../../vision/card/find-card.ts';
import type { RgbImage } from '../../../vision/types.ts';
import type { Point } from './silhouette.ts';

export type CardSearch = (image: RgbImage, options: FindCardOptions) => CardFinding;

export type CardEvidence = NonNullable<BodyViewEvidence['card']>;

/** Around a hand, in lengths of the trunk: a card reaches 15 cm beyond the wrist. */
const HAND_REACH = 0.45;

const HANDS = [
  [BODY_POINT.leftWrist, BODY_POINT.leftIndex, BODY_POINT.leftPinky, BODY_POINT.leftThumb],
  [BODY_POINT.rightWrist, BODY_POINT.rightIndex, BODY_POINT.rightPinky, BODY_POINT.rightThumb],
] as const;

/**
 * The card of a picture. Where a body is seen, the card is looked for at its hands only: what looks like a card on the
 * wall is at another distance, and would make all sizes wrong. Without a body, the only one in the picture counts.
 */
export function readCard(
  image: RgbImage,
  search: CardSearch,
  { landmarks, focalPx }: { readonly landmarks: ArrayLike<number> | null; readonly focalPx: number | null },
): CardEvidence | null {
  const lens = focalPx === null ? {} : { focalPx };
  if (landmarks === null) {
    const finding = search(image, lens);
    return finding.found === 'one' ? cardEvidence(image, finding.card) : null;
  }
  const reachPx = HAND_REACH * trunkPx(landmarks);
  const found = HANDS.flatMap((points) => {
    const hand = meanOf(landmarks, points);
    const within = { x: hand.x - reachPx, y: hand.y - reachPx, width: 2 * reachPx, height: 2 * reachPx };
    const finding = search(image, { ...lens, within });
    const cards = finding.found === 'one' ? [finding.card] : finding.found === 'several' ? finding.cards : [];
    return cards.map((card) => {
      const centre = quadCentre(card.corners);
      return { card, awayPx: Math.hypot(centre.x - hand.x, centre.y - hand.y) };
    });
  });
  // Both hands may be near the one card, and a hand near a bright pocket: the surest counts, the nearer one of equals.
  const best = found.toSorted(
    (a, b) => b.card.score - a.card.score - (0.2 * (b.awayPx - a.awayPx)) / reachPx,
  )[0];
  return best === undefined ? null : cardEvidence(image, best.card);
}

function cardEvidence(image: RgbImage, card: FoundCard): CardEvidence {
  const { pxPerCm, relativeSd, distanceCm } = cardScale(card);
  const colour = calibrateFromCard(image, card);
  return {
    corners: card.corners.map(({ x, y }): [number, number] => [x, y]),
    pxPerCm,
    relativeSd,
    distanceCm,
    tiltDeg: card.tiltDeg,
    gains: colour.status === 'calibrated' ? [...colour.calibration.gains] : null,
    colourProblem: colour.status === 'rejected' ? colour.reason : null,
  };
}

function trunkPx(landmarks: ArrayLike<number>): number {
  const shoulders = meanOf(landmarks, [BODY_POINT.leftShoulder, BODY_POINT.rightShoulder]);
  const hips = meanOf(landmarks, [BODY_POINT.leftHip, BODY_POINT.rightHip]);
  return Math.hypot(shoulders.x - hips.x, shoulders.y - hips.y);
}

function meanOf(landmarks: ArrayLike<number>, points: readonly number[]): Point {
  const mean = (axis: 0 | 1) =>
    points.reduce((sum, point) => sum + landmarks[point * 3 + axis]!, 0) / points.length;
  return { x: mean(0), y: mean(1) };
}
