import type { BodySizes } from './body-sizes.ts';
import { profile } from './profile.ts';
import type { Arm } from './skeleton.ts';
import { type Ring, roundEnd } from './tube.ts';
import { along, cross, dot, perpendicular, unit, type Vector } from './vector.ts';

const STEPS = 44;
/** The share of the upper arm that is bent round at the elbow, and of the forearm. */
const BEND_SHARE = 0.26;

/** An arm from the shoulder's top to the wrist: rings across a line that bends round at the elbow. */
export function armRings(sizes: BodySizes, arm: Arm): Ring[] {
  const { statureCm: h } = sizes;
  const upper = unit(along(arm.elbow, [-1, arm.shoulder]));
  const fore = unit(along(arm.wrist, [-1, arm.elbow]));
  const upperCm = Math.hypot(...along(arm.elbow, [-1, arm.shoulder]));
  const foreCm = Math.hypot(...along(arm.wrist, [-1, arm.elbow]));
  const bendFrom = along(arm.elbow, [-BEND_SHARE * upperCm, upper]);
  const bendTo = along(arm.elbow, [BEND_SHARE * foreCm, fore]);

  const half = profile([
    [0, 0.0335 * h],
    [0.22, 0.0325 * h],
    [0.6, 0.029 * h],
    [0.95, 0.0255 * h],
    [1.2, 0.0265 * h],
    [1.5, 0.0225 * h],
    [1.85, 0.0165 * h],
    [2, 0.0158 * h],
  ]);
  const flat = profile([
    [1.2, 0.97],
    [1.7, 0.86],
    [2, 0.76],
  ]);
  /** 0 at the shoulder, 1 at the elbow, 2 at the wrist. */
  const place = (t: number): { readonly centre: Vector; readonly direction: Vector } => {
    if (t <= 1 - BEND_SHARE) return { centre: along(arm.shoulder, [t * upperCm, upper]), direction: upper };
    if (t >= 1 + BEND_SHARE) return { centre: along(arm.elbow, [(t - 1) * foreCm, fore]), direction: fore };
    const share = (t - 1 + BEND_SHARE) / (2 * BEND_SHARE);
    const rest = 1 - share;
    return {
      centre: along(
        [0, 0, 0],
        [rest * rest, bendFrom],
        [2 * rest * share, arm.elbow],
        [share * share, bendTo],
      ),
      direction: unit(along([0, 0, 0], [rest * upperCm, upper], [share * foreCm, fore])),
    };
  };
  const rings: Ring[] = [];
  let carried: Vector = [1, 0, 0];
  for (let step = 0; step <= STEPS; step++) {
    const t = (2 * step) / STEPS;
    const { centre, direction } = place(t);
    // Carried along the arm, so that no ring turns against the one before it, whichever way the elbow bends.
    carried = perpendicular(carried, direction);
    // The wrist is broad the way the hand is: from the little finger to the thumb.
    const turned = Math.max(0, t - 1.15) / 0.85;
    const towardsThumb = sameWay(perpendicular(arm.hand.thumb, direction), carried);
    const across = perpendicular(along([0, 0, 0], [1 - turned, carried], [turned, towardsThumb]), direction);
    rings.push({
      centre,
      across,
      front: cross(direction, across),
      halfAcross: half(t),
      halfFront: half(t) * flat(t),
      power: 2.1,
    });
  }
  const up: Vector = [-upper[0], -upper[1], -upper[2]];
  return [
    ...roundEnd(rings[0]!, up, 0.022 * h),
    ...rings,
    ...roundEnd(rings[STEPS]!, fore, 0.012 * h).reverse(),
  ];
}

/** The vector or its opposite, whichever points to the side of `reference`. */
function sameWay(v: Vector, reference: Vector): Vector {
  return dot(v, reference) < 0 ? [-v[0], -v[1], -v[2]] : v;
}
