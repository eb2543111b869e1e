import { jacobianAt } from './card-geometry.ts';
import { fitCardPose, relativeDepthSd } from './card-pose.ts';
import type { FoundCard } from './find-card.ts';

export interface CardScale {
  /**
   * Pixels a centimetre of something flat that faces the camera as far away as the card's middle: the tilt is taken
   * out. For what is nearer or farther, multiply with the card's distance and divide by the other's.
   */
  readonly pxPerCm: number;
  /** The same as seen in the card's plane, shortened by its tilt: along its length and across, at its middle. */
  readonly alongPxPerCm: number;
  readonly acrossPxPerCm: number;
  /** Standard deviation of `pxPerCm` as a share of it: from the corners, and from the lens where that is assumed. */
  readonly relativeSd: number;
  /** Camera to card along the camera's axis, centimetres; as right as the focal length. */
  readonly distanceCm: number;
}

/** A made card's own tolerance (ISO/IEC 7810: ±0.13 mm in length, less in height). */
const CARD_SD_SHARE = 0.0008;

/** The scale of a picture at the depth of the card in it. */
export function cardScale(card: FoundCard): CardScale {
  const { pose, homography } = card;
  const pxPerCm = pose.camera.focalPx / pose.centreCm[2];
  const [ax, bx, ay, by] = jacobianAt(homography, { x: 0, y: 0 });
  return {
    pxPerCm,
    alongPxPerCm: Math.hypot(ax, ay),
    acrossPxPerCm: Math.hypot(bx, by),
    relativeSd: Math.hypot(
      relativeDepthSd(pose, card.cornerSdPx),
      card.focalSdShare === 0 ? 0 : relativeFocalEffect(card, pxPerCm),
      CARD_SD_SHARE,
    ),
    distanceCm: pose.centreCm[2],
  };
}

/** What of the scale hangs on the focal length: little in the middle of a picture, more for a tilted card at its edge. */
function relativeFocalEffect({ corners, pose, focalSdShare }: FoundCard, pxPerCm: number): number {
  const moved = [1 - focalSdShare, 1 + focalSdShare].map((share) => {
    const focalPx = pose.camera.focalPx * share;
    const other = fitCardPose(corners, { ...pose.camera, focalPx });
    return other === null ? 0 : Math.abs(focalPx / other.centreCm[2] / pxPerCm - 1);
  });
  return Math.max(...moved);
}
