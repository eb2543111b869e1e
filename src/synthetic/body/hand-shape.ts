import type { BodySizes } from './body-sizes.ts';
import type { Arm } from './skeleton.ts';
import { type Ring, roundEnd } from './tube.ts';
import { along, cross, perpendicular, unit, type Vector } from './vector.ts';

/** Shares of the stature: along the hand from the wrist, to the thumb's side, out of the palm. */
type HandPlace = readonly [along: number, thumb: number, palm: number];

const KNUCKLE_AT = 0.055;
const FINGERS: readonly { readonly side: number; readonly length: number }[] = [
  { side: 0.0172, length: 0.041 },
  { side: 0.0058, length: 0.046 },
  { side: -0.0058, length: 0.042 },
  { side: -0.017, length: 0.033 },
];
const FINGER_HALF = 0.0053;
/** Along the hand from the wrist to the edge of the card that it holds, and the card's distance from the palm's middle. */
const CARD_EDGE_AT = 0.056;
const CARD_BEFORE_PALM = 0.0088;

function placeIn(arm: Arm, h: number, [a, t, p]: HandPlace): Vector {
  const { hand } = arm;
  return along(arm.wrist, [a * h, hand.along], [t * h, hand.thumb], [p * h, hand.palm]);
}

/** Palm, fingers and thumb: a list of tubes. */
export function handTubes(sizes: BodySizes, arm: Arm): Ring[][] {
  const { statureCm: h } = sizes;
  const { holdsCard } = arm.hand;
  const palm = palmRings(h, arm);
  const fingers = FINGERS.map(({ side, length }) => {
    const reach = holdsCard ? length * 0.72 : length;
    // A resting hand curls; fingers behind a card lie straight.
    const curl = holdsCard ? -0.002 : 0.011;
    const middle: HandPlace = [KNUCKLE_AT + reach * 0.55, side * 0.97, curl * 0.3];
    const tip: HandPlace = [KNUCKLE_AT + reach * 0.97, side * 0.88, curl];
    return fingerRings(h, arm, [[KNUCKLE_AT - 0.01, side, 0], middle, tip], FINGER_HALF);
  });
  const thumb = fingerRings(h, arm, thumbPlaces(holdsCard), 0.006);
  return [palm, ...fingers, thumb];
}

function thumbPlaces(holdsCard: boolean): HandPlace[] {
  if (!holdsCard) {
    return [
      [0.012, 0.01, 0.002],
      [0.036, 0.0245, 0.007],
      [0.06, 0.0255, 0.011],
    ];
  }
  return [
    [0.01, 0.0105, -0.001],
    [0.035, 0.0055, 0.0125],
    [CARD_EDGE_AT + 0.003, 0, CARD_BEFORE_PALM + 0.0066],
  ];
}

function palmRings(h: number, arm: Arm): Ring[] {
  const { along: direction, thumb } = arm.hand;
  const front = cross(direction, thumb);
  const ring = (at: number, halfAcross: number, halfFront: number): Ring => ({
    centre: along(arm.wrist, [at * h, direction]),
    across: thumb,
    front,
    halfAcross: halfAcross * h,
    halfFront: halfFront * h,
    power: 2.5,
  });
  const rings = [
    ring(-0.006, 0.0158, 0.0118),
    ring(0.004, 0.0165, 0.0112),
    ring(0.016, 0.0205, 0.0105),
    ring(0.03, 0.0228, 0.0098),
    ring(0.045, 0.0236, 0.0082),
    ring(KNUCKLE_AT, 0.0232, 0.0062),
  ];
  const back: Vector = [-direction[0], -direction[1], -direction[2]];
  return [
    ...roundEnd(rings[0]!, back, 0.01 * h),
    ...rings,
    ...roundEnd(rings[rings.length - 1]!, direction, 0.006 * h).reverse(),
  ];
}

/** A round tube along three places, thinner towards the last. */
function fingerRings(h: number, arm: Arm, places: readonly HandPlace[], half: number): Ring[] {
  const points = places.map((place) => placeIn(arm, h, place));
  const [first, middle, last] = points as [Vector, Vector, Vector];
  const steps = 6;
  const rings = Array.from({ length: steps + 1 }, (_, step): Ring => {
    const t = step / steps;
    const rest = 1 - t;
    // A curve through the middle place.
    const bend = along([0, 0, 0], [2, middle], [-0.5, first], [-0.5, last]);
    const centre = along([0, 0, 0], [rest * rest, first], [2 * rest * t, bend], [t * t, last]);
    const direction = unit(along([0, 0, 0], [-rest, first], [rest - t, bend], [t, last]));
    const across = perpendicular(arm.hand.thumb, direction);
    const size = half * h * (1.08 - 0.22 * t);
    return { centre, across, front: cross(direction, across), halfAcross: size, halfFront: size, power: 2 };
  });
  const end = rings[steps]!;
  const outward = unit(along(last, [-1, middle]));
  return [...rings, ...roundEnd(end, outward, end.halfAcross).reverse()];
}

/** The middle of the card's edge in the hand. */
export function cardGrip(sizes: BodySizes, hand: Arm): Vector {
  return placeIn(hand, sizes.statureCm, [CARD_EDGE_AT, 0, CARD_BEFORE_PALM]);
}

/** What BlazePose tells of a hand. */
export function handPlaces(
  sizes: BodySizes,
  arm: Arm,
): { readonly pinky: Vector; readonly index: Vector; readonly thumb: Vector } {
  const h = sizes.statureCm;
  const [, knuckle] = thumbPlaces(arm.hand.holdsCard);
  return {
    pinky: placeIn(arm, h, [KNUCKLE_AT, -0.0185, 0]),
    index: placeIn(arm, h, [KNUCKLE_AT, 0.0185, 0]),
    thumb: placeIn(arm, h, knuckle!),
  };
}
