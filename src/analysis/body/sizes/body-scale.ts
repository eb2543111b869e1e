import type { BodyMeasurement, BodyViewEvidence, Stated } from '../../../protocol/body-measurement.ts';
import { BODY_POINT } from '../../../vision/body-points.ts';
import { assumedCamera } from '../../../vision/camera-model.ts';
import { type Quad, quadCentre } from '../../../vision/card/card-geometry.ts';
import { fitCardPoses } from '../../../vision/card/card-pose.ts';
import { pointAt, STATURE_SD_SHARE, type StandingFrame } from './standing-frame.ts';

/** People state their height rounded and flattered, and stand less than straight. Standard deviation. */
const STATED_SD_CM = 2;
/** The card lies on the palm, before the bones of the hand; the hand is held beside the shoulder. */
const HELD_BEFORE_CM = 1.3;
/** How far the hand is before or behind the body's middle: a standard deviation, of someone who was told to hold it beside. */
const HELD_SD_CM = 2.5;
/** From the side a hand is nearer or farther by the breadth of half a body, and nobody knows which hand it is. */
const SIDE_HELD_SD_CM = 15;
/** A card that seems more bent than this towards the wrist is measured wrongly rather than bent. */
const MAX_BENT_CM = 3;

/** A length of the body in a view is pixels ÷ pxPerCm. */
export interface BodyScale {
  readonly source: BodyMeasurement['scale']['source'];
  /** By view, at the depth of the body's middle. */
  readonly pxPerCm: { readonly front: number; readonly side: number };
  /** Standard deviation as a share. */
  readonly relativeSd: number;
  readonly statureCm: number;
  /** Of the stature, as a share. */
  readonly statureRelativeSd: number;
  /** Stated and carded scale apart, in standard deviations of that; null where there is one only. */
  readonly disagreement: number | null;
}

interface Estimate {
  readonly log: number;
  readonly sd: number;
}

export interface ScaledView {
  readonly evidence: BodyViewEvidence;
  readonly frame: StandingFrame;
}

/**
 * The scale at the body from the card and the stated height, each weighed by its variance. The side view's follows from
 * the front's: the same person is as tall in both, and the errors of hair and soles are the same too.
 * null where there is neither card nor stated height.
 */
export function bodyScale(front: ScaledView, side: ScaledView, stated: Stated): BodyScale | null {
  const sideOfFront = side.frame.staturePx / front.frame.staturePx;
  const cards: Estimate[] = [];
  const frontCard = cardAtBody(front, HELD_SD_CM);
  if (frontCard !== null) cards.push(frontCard);
  const sideCard = cardAtBody(side, SIDE_HELD_SD_CM);
  if (sideCard !== null) {
    cards.push({
      log: sideCard.log - Math.log(sideOfFront),
      sd: Math.hypot(sideCard.sd, STATURE_SD_SHARE),
    });
  }
  const told: Estimate | null =
    stated.heightCm === null ? null : { log: Math.log(stated.heightCm), sd: STATED_SD_CM / stated.heightCm };
  const logPx = Math.log(front.frame.staturePx);
  const toldScale = told && { log: logPx - told.log, sd: Math.hypot(told.sd, STATURE_SD_SHARE) };
  const card = combine(cards);
  const scale = combine([card, toldScale].filter((estimate) => estimate !== null));
  if (scale === null) return null;
  const cardStature = card && { log: logPx - card.log, sd: Math.hypot(card.sd, STATURE_SD_SHARE) };
  const stature = combine([told, cardStature].filter((estimate) => estimate !== null))!;
  const pxPerCm = Math.exp(scale.log);
  return {
    source: card === null ? 'stature' : 'card',
    pxPerCm: { front: pxPerCm, side: pxPerCm * sideOfFront },
    relativeSd: scale.sd,
    statureCm: Math.exp(stature.log),
    statureRelativeSd: stature.sd,
    disagreement:
      card === null || toldScale === null
        ? null
        : Math.abs(card.log - toldScale.log) / Math.hypot(card.sd, toldScale.sd),
  };
}

function combine(estimates: readonly Estimate[]): Estimate | null {
  const weight = estimates.reduce((sum, { sd }) => sum + 1 / sd ** 2, 0);
  if (weight === 0) return null;
  return {
    log: estimates.reduce((sum, { log, sd }) => sum + log / sd ** 2, 0) / weight,
    sd: 1 / Math.sqrt(weight),
  };
}

/** The card's scale, taken to the depth of the body's middle; its logarithm. */
function cardAtBody({ evidence }: ScaledView, heldSdCm: number): Estimate | null {
  const { card, body } = evidence;
  if (card === null || body === null) return null;
  const bodyCm = card.distanceCm + bentTowardsWrist(evidence) + HELD_BEFORE_CM;
  return {
    log: Math.log((card.pxPerCm * card.distanceCm) / bodyCm),
    sd: Math.hypot(card.relativeSd, heldSdCm / bodyCm),
  };
}

/**
 * How much farther than the card the wrist is, centimetres. It is the hand that is held beside the shoulder, and the
 * card leans with it: the card's plane goes on through the wrist. (The pose model's own depths do not tell: it takes
 * every raised hand for one that is held out.)
 */
function bentTowardsWrist({ card, body, width, height, focalPx }: BodyViewEvidence): number {
  if (card === null || body === null) return 0;
  const usual = assumedCamera(width, height);
  const camera = { ...usual, focalPx: focalPx ?? (card.distanceCm * card.pxPerCm || usual.focalPx) };
  const corners = card.corners.map(([x, y]) => ({ x, y })) as unknown as Quad;
  // Of two mirrored poses the one that the card was found with.
  const [pose] = fitCardPoses(corners, camera).toSorted(
    (a, b) => Math.abs(a.tiltDeg - card.tiltDeg) - Math.abs(b.tiltDeg - card.tiltDeg),
  );
  if (pose === undefined) return 0;
  const middle = quadCentre(corners);
  const wrist = [BODY_POINT.leftWrist, BODY_POINT.rightWrist]
    .map((point) => pointAt(body.landmarks, point))
    .toSorted(
      (p, q) => Math.hypot(p.x - middle.x, p.y - middle.y) - Math.hypot(q.x - middle.x, q.y - middle.y),
    )[0]!;
  const { rotation: r, centreCm } = pose;
  const normal = [r[2]!, r[5]!, r[8]!] as const;
  const offset = normal[0] * centreCm[0] + normal[1] * centreCm[1] + normal[2] * centreCm[2];
  const ray = [
    (wrist.x - camera.centerX) / camera.focalPx,
    (wrist.y - camera.centerY) / camera.focalPx,
    1,
  ] as const;
  const bentCm = offset / (normal[0] * ray[0] + normal[1] * ray[1] + normal[2] * ray[2]) - centreCm[2];
  return Math.min(MAX_BENT_CM, Math.max(-MAX_BENT_CM, Number.isFinite(bentCm) ? bentCm : 0));
}
