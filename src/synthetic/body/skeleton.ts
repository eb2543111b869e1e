import type { SceneCard, SceneStance } from './body-scene.ts';
import type { BodySizes } from './body-sizes.ts';
import { along, turn, unit, type Vector } from './vector.ts';

/** 1: the subject's left, at the image's right from the front. */
export type Side = 1 | -1;

export interface Arm {
  readonly side: Side;
  readonly shoulder: Vector;
  readonly elbow: Vector;
  readonly wrist: Vector;
  readonly hand: HandFrame;
}

/** Unit vectors. */
export interface HandFrame {
  /** From the wrist to the fingertips. */
  readonly along: Vector;
  /** From the little finger to the thumb. */
  readonly thumb: Vector;
  /** Out of the palm. */
  readonly palm: Vector;
  readonly holdsCard: boolean;
}

export interface Leg {
  readonly side: Side;
  readonly hip: Vector;
  readonly knee: Vector;
  readonly ankle: Vector;
  /** Where the foot points. */
  readonly forward: Vector;
}

export interface Skeleton {
  readonly arms: readonly Arm[];
  readonly legs: readonly Leg[];
}

const UP: Vector = [0, 1, 0];
const FRONT: Vector = [0, 0, 1];
const LEFT: Vector = [1, 0, 0];
/** Of the forearm that shows a card, against the vertical. */
const RAISED_OUT_DEG = 20;
const TOES_OUT_DEG = 9;
/** How far the palms of hanging hands are turned back. */
const PALM_BACK_DEG = 38;

export function buildSkeleton(sizes: BodySizes, stance: SceneStance, card: SceneCard | null): Skeleton {
  return {
    arms: ([1, -1] as const).map((side) => buildArm(side, sizes, stance, card)),
    legs: ([1, -1] as const).map((side) => buildLeg(side, sizes, stance)),
  };
}

function buildArm(side: Side, sizes: BodySizes, stance: SceneStance, card: SceneCard | null): Arm {
  const { statureCm: h } = sizes;
  const shoulder: Vector = [side * (sizes.shoulderBreadthCm / 2 - 0.016 * h), 0.79 * h, -0.008 * h];
  // The acromion lies above the joint that the arm turns about.
  const upperCm = sizes.armLengthCm * 0.575 - 0.03 * h;
  const foreCm = sizes.armLengthCm * 0.425;
  const lift = (v: Vector): Vector => turn(v, LEFT, -stance.armsForwardDeg);
  const hanging = lift(turn([0, -1, 0], FRONT, side * stance.armsAwayDeg));
  const elbow = along(shoulder, [upperCm, hanging]);
  const held = card !== null && (card.hand === 'left' ? 1 : -1) === side ? card : null;
  if (held !== null) {
    const frame = cardFrame(held, stance.yawDeg);
    const raised = turn(UP, FRONT, -side * RAISED_OUT_DEG);
    const fore = held.arm === 'raised' ? raised : hanging;
    const up = held.arm === 'raised' ? 1 : -1;
    const alongHand = along([0, 0, 0], [up, frame.up]);
    // Palm to the camera: the thumb is on the head's side where the fingers point up, and outside where they hang.
    const thumb = along([0, 0, 0], [-side * up, frame.right]);
    return {
      side,
      shoulder,
      elbow,
      wrist: along(elbow, [foreCm, fore]),
      hand: { along: alongHand, thumb, palm: frame.normal, holdsCard: true },
    };
  }
  // The elbow of a hanging arm is never quite straight.
  const fore = unit(turn(hanging, LEFT, -8));
  const thumb = turn(lift(FRONT), fore, side * PALM_BACK_DEG);
  const inward: Vector = turn(lift([-side, 0, 0]), fore, side * PALM_BACK_DEG);
  return {
    side,
    shoulder,
    elbow,
    wrist: along(elbow, [foreCm, fore]),
    hand: { along: fore, thumb, palm: inward, holdsCard: false },
  };
}

function buildLeg(side: Side, sizes: BodySizes, stance: SceneStance): Leg {
  const { statureCm: h, levels, inseamCm } = sizes;
  const hip: Vector = [side * levels.hip.breadthCm * 0.26, levels.hip.heightCm + 0.012 * h, -0.004 * h];
  const ankle: Vector = [(side * stance.feetApartCm) / 2, 0.042 * h, -0.02 * h];
  const kneeY = inseamCm * 0.575;
  const share = (hip[1] - kneeY) / (hip[1] - ankle[1]);
  const knee: Vector = [hip[0] + (ankle[0] - hip[0]) * share, kneeY, 0.004 * h];
  return { side, hip, knee, ankle, forward: turn(FRONT, UP, side * TOES_OUT_DEG) };
}

export interface CardFrame {
  readonly right: Vector;
  readonly up: Vector;
  readonly normal: Vector;
}

/** The card's own axes in the figure's: it faces the camera however the figure stands. */
export function cardFrame(card: SceneCard, yawDeg: number): CardFrame {
  const place = (v: Vector): Vector =>
    turn(turn(turn(turn(v, FRONT, -card.rollDeg), LEFT, -card.tiltXDeg), UP, card.tiltYDeg), UP, -yawDeg);
  return { right: place(LEFT), up: place(UP), normal: place(FRONT) };
}
